// Channels in vectors: the last one may be only partly filled.

/// Vectors of lanes that cover the channels: `c` is the first, `lanes` the mask of those that exist.
#define FOR_LANES(channels)                                                                                    \
    for (int c = 0, left = (channels); left > 0; c += LANES, left -= LANES)                                    \
        for (MASK lanes = MASK_OF(left < LANES ? left : LANES), *once = &lanes; once; once = 0)
#define CHANNELS(p) LOAD_SOME((p) + c, lanes)
#define STORE_CHANNELS(p, x) STORE_SOME((p) + c, lanes, x)
