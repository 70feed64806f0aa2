// Each test starts several processes that use the processor.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
