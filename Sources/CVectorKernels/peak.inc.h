// How fast a core multiplies and adds when everything lies in registers.

float NAME(multiply_adds)(long rounds)
{
    VECTOR sums[12];
    for (int i = 0; i < 12; i++) sums[i] = BROADCAST((float)i);
    const VECTOR factor = BROADCAST(0.999f), term = BROADCAST(1e-3f);
    for (long round = 0; round < rounds; round++)
        for (int i = 0; i < 12; i++) sums[i] = MULTIPLY_ADD(sums[i], factor, term);
    VECTOR sum = ZERO();
    for (int i = 0; i < 12; i++) sum = ADD(sum, sums[i]);
    float lanes[LANES];
    STORE(lanes, sum);
    return lanes[0];
}
