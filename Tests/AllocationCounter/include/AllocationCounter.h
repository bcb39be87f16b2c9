#pragma once

/// Counts the allocations of watched threads, for tests that promise there are none.
/// Linking this replaces the C library's allocation functions by ones that count and pass on.

/// From now on, allocations of the calling thread count. Says it as often as you like.
void watch_allocations_of_this_thread(void);
void unwatch_allocations_of_this_thread(void);
/// Allocations of all watched threads so far, without those inside OpenBLAS, which its callers cannot avoid.
long watched_allocations(void);
