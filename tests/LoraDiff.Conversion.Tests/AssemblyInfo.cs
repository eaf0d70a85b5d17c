// Torch keeps grad mode, dispose scopes and its generator per thread or per process; tests of one assembly run one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
