namespace LiftPlus.Consumer.Tests;

/// <summary>Collects the tests that share one packed feed.</summary>
[CollectionDefinition(nameof(Feed))]
public sealed class FeedCollection : ICollectionFixture<Feed>;
