// Torch threads are process-wide.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
