#pragma once
#include <libsvm/svm.h>

// LIBSVM writes its progress to stdout, where this program's own output goes.
static inline void shim_svm_ignore(const char *text) { (void)text; }
static inline void shim_svm_be_quiet(void) { svm_set_print_string_function(shim_svm_ignore); }
