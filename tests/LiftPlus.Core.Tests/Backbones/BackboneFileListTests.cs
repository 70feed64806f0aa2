using LiftPlus.Backbones;

namespace LiftPlus.Core.Tests.Backbones;

public sealed class BackboneFileListTests
{
    [Fact]
    public void EveryDescriptionIsFetched() =>
        Assert.Equal(
            ["config.json", "open_clip_config.json", "preprocessor_config.json", "processor_config.json", "model.safetensors"],
            BackboneFileList.Needed([
                "README.md",
                "model.safetensors",
                "processor_config.json",
                "preprocessor_config.json",
                "open_clip_config.json",
                "config.json",
                "pytorch_model.bin",
            ])
        );

    [Theory]
    [InlineData(new[] { "vocab.json", "merges.txt", "tokenizer.json" }, new[] { "vocab.json", "merges.txt" })]
    [InlineData(new[] { "vocab.json", "tokenizer.json" }, new[] { "vocab.json", "tokenizer.json" })]
    [InlineData(new[] { "tokenizer.json" }, new[] { "tokenizer.json" })]
    public void TheLargeTokenizerIsFetchedWhereItIsNeeded(string[] files, string[] expected) =>
        Assert.Equal([.. expected, "model.safetensors"], BackboneFileList.Needed([.. files, "model.safetensors"]));

    [Fact]
    public void NothingIsFetchedWithoutWeights() => Assert.Empty(BackboneFileList.Needed(["config.json", "tokenizer.json"]));
}
