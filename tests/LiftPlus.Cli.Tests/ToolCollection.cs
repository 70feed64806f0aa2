namespace LiftPlus.Cli.Tests;

/// <summary>Collects the tests that share the images and the model.</summary>
[CollectionDefinition(nameof(ToolFixture))]
public sealed class ToolCollection : ICollectionFixture<ToolFixture>;
