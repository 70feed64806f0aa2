// Tensor counts and torch threads are process-wide.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
