#pragma once
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <jpeglib.h>
#include <jerror.h>

// libjpeg reports errors by a call that must not return. The jump out of it may not cross Swift frames, so a whole
// reading stays inside each of the two functions below; Swift sees a status and a message.

enum {
    SHIM_JPEG_READ = 0,
    SHIM_JPEG_DAMAGED = 1,
    SHIM_JPEG_TRUNCATED = 2,
    // More scans than any camera or program writes: each costs the decoder a pass over all pixels.
    SHIM_JPEG_MOST_SCANS = 500
};

typedef struct {
    int status;
    int width, height;
    // Of the decoded pixels: 1 grey, 3 RGB, 4 CMYK.
    int channels;
    // Whether an Adobe marker is there: such programs store CMYK inverted.
    int has_adobe_marker;
    char message[JMSG_LENGTH_MAX];
} shim_jpeg_image;

typedef struct {
    struct jpeg_error_mgr manager;  // first, so that libjpeg's pointer is ours
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    shim_jpeg_image *image;
} shim_jpeg_session;

static inline void shim_jpeg_fail(j_common_ptr state) {
    shim_jpeg_session *session = (shim_jpeg_session *)state->err;
    state->err->format_message(state, session->image->message);
    session->image->status =
        state->err->msg_code == JERR_INPUT_EOF || state->err->msg_code == JERR_INPUT_EMPTY
        ? SHIM_JPEG_TRUNCATED : SHIM_JPEG_DAMAGED;
    longjmp(session->escape, 1);
}

// Warnings after which pixels are made up count as errors; the others are libjpeg's pedantry about harmless bytes.
static inline void shim_jpeg_warn(j_common_ptr state, int level) {
    if (level >= 0) return;
    shim_jpeg_session *session = (shim_jpeg_session *)state->err;
    int code = state->err->msg_code;
    if (code == JWRN_JPEG_EOF) {
        state->err->format_message(state, session->image->message);
        session->image->status = SHIM_JPEG_TRUNCATED;
        longjmp(session->escape, 1);
    }
    if (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC) shim_jpeg_fail(state);
}

static inline void shim_jpeg_count_scans(j_common_ptr state) {
    shim_jpeg_session *session = (shim_jpeg_session *)state->err;
    if (((j_decompress_ptr)state)->input_scan_number <= SHIM_JPEG_MOST_SCANS) return;
    session->image->status = SHIM_JPEG_DAMAGED;
    snprintf(session->image->message, JMSG_LENGTH_MAX, "more than %d scans", SHIM_JPEG_MOST_SCANS);
    longjmp(session->escape, 1);
}

static inline void shim_jpeg_open(
    shim_jpeg_session *session, j_decompress_ptr state, const unsigned char *bytes, size_t count
) {
    jpeg_create_decompress(state);
    session->progress.progress_monitor = shim_jpeg_count_scans;
    state->progress = &session->progress;
    jpeg_mem_src(state, bytes, count);
    jpeg_read_header(state, TRUE);
    switch (state->jpeg_color_space) {
    case JCS_GRAYSCALE: state->out_color_space = JCS_GRAYSCALE; break;
    case JCS_CMYK: case JCS_YCCK: state->out_color_space = JCS_CMYK; break;
    default: state->out_color_space = JCS_RGB; break;
    }
}

static inline void shim_jpeg_prepare(shim_jpeg_session *session, j_decompress_ptr state, shim_jpeg_image *image) {
    memset(session, 0, sizeof *session);
    memset(state, 0, sizeof *state);
    session->image = image;
    state->err = jpeg_std_error(&session->manager);
    session->manager.error_exit = shim_jpeg_fail;
    session->manager.emit_message = shim_jpeg_warn;
}

// Size and channels; allocates nothing that depends on them.
static inline void shim_jpeg_read_header(const unsigned char *bytes, size_t count, shim_jpeg_image *image) {
    shim_jpeg_session session;
    struct jpeg_decompress_struct state;
    memset(image, 0, sizeof *image);
    shim_jpeg_prepare(&session, &state, image);
    if (setjmp(session.escape) == 0) {
        shim_jpeg_open(&session, &state, bytes, count);
        image->width = (int)state.image_width;
        image->height = (int)state.image_height;
        image->channels = state.out_color_space == JCS_GRAYSCALE ? 1 : state.out_color_space == JCS_CMYK ? 4 : 3;
        image->has_adobe_marker = state.saw_Adobe_marker;
    }
    jpeg_destroy_decompress(&state);
}

// Decodes into `pixels`, which has room for width · height · channels bytes of the header read before.
static inline void shim_jpeg_decode(
    const unsigned char *bytes, size_t count, shim_jpeg_image *image, unsigned char *pixels
) {
    shim_jpeg_session session;
    struct jpeg_decompress_struct state;
    shim_jpeg_prepare(&session, &state, image);
    if (setjmp(session.escape) == 0) {
        shim_jpeg_open(&session, &state, bytes, count);
        jpeg_start_decompress(&state);
        size_t stride = (size_t)image->width * (size_t)image->channels;
        while (state.output_scanline < state.output_height) {
            JSAMPROW row = pixels + state.output_scanline * stride;
            jpeg_read_scanlines(&state, &row, 1);
        }
        jpeg_finish_decompress(&state);
    }
    jpeg_destroy_decompress(&state);
}
