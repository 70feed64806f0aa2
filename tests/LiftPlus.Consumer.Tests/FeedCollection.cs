namespace LiftPlus.Consumer.Tests;

/// <summary>The tests that share one packed feed.</summary>
[CollectionDefinition(nameof(Feed))]
public sealed class FeedCollection : ICollectionFixture<Feed>;
