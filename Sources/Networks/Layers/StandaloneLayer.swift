/// A layer that one kernel of its own computes, of one or two inputs: nothing is fused with it.
protocol StandaloneLayer: Layer {}
