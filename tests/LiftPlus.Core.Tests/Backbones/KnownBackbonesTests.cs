using System.Text;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Loading;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones;

/// <summary>Every published architecture in full size, on a device that has shapes but no memory, against a table of its tensors.</summary>
public sealed class KnownBackbonesTests
{
    private static readonly string s_table = Repository.PathOf("tests", "LiftPlus.Core.Tests", "Backbones", "known-backbones.txt");

    public static TheoryData<string> Names => [.. KnownBackbones.All.Select(config => config.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TensorsAreThoseOfTheTable(string name)
    {
        string[] sections = File.ReadAllText(s_table).ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        string expected = sections.SingleOrDefault(section => section.StartsWith(name + ":", StringComparison.Ordinal))?.Trim() ?? "";
        Assert.Equal(expected, Section(KnownBackbones.All.Single(config => config.Name == name)));
    }

    // Counts as others publish them: OpenAI's CLIP notebook and torchvision to the last one (the latter without their classifiers),
    // open_clip's model_profile.csv and timm's model_metadata-in1k.csv in hundredths of a million.
    [Theory]
    [InlineData("CLIP ViT-B/32", 151_277_313)]
    [InlineData("CLIP ViT-B/16", 149_620_737)]
    [InlineData("CLIP ViT-L/14", 427_616_513)]
    [InlineData("CLIP ViT-L/14@336px", 427_944_193)]
    [InlineData("CLIP RN50", 102_007_137)]
    [InlineData("CLIP RN101", 119_688_033)]
    [InlineData("IN21K ViT-B/16", 86_567_656 - 769_000)]
    [InlineData("IN21K ViT-L/16", 304_326_632 - 1_025_000)]
    [InlineData("IN1K ResNet-18", 11_689_512 - 513_000)]
    [InlineData("IN1K ResNet-34", 21_797_672 - 513_000)]
    [InlineData("IN1K ResNet-50", 25_557_032 - 2_049_000)]
    [InlineData("IN1K ResNet-101", 44_549_160 - 2_049_000)]
    [InlineData("IN1K ResNet-152", 60_192_808 - 2_049_000)]
    [InlineData("OpenCLIP ViT-H/14", 986_110_000, 5_000)]
    [InlineData("OpenCLIP ViT-bigG/14", 2_539_570_000, 5_000)]
    [InlineData("DINOv2 ViT-S/14", 22_060_000, 5_000)]
    [InlineData("DINOv2 ViT-B/14", 86_580_000, 5_000)]
    [InlineData("DINOv2 ViT-L/14", 304_370_000, 5_000)]
    [InlineData("SigLIP ViT-B/16", 92_880_000, 5_000)]
    [InlineData("SigLIP ViT-L/16@256px", 315_960_000, 5_000)]
    [InlineData("SigLIP So400m/14@384px", 428_230_000, 5_000)]
    [InlineData("SigLIP ViT-B/16, both towers", 203_160_000, 5_000)]
    [InlineData("SigLIP ViT-L/16@256px, both towers", 652_150_000, 5_000)]
    [InlineData("SigLIP So400m/14@384px, both towers", 877_960_000, 5_000)]
    [InlineData("EVA02-CLIP B/16", 149_690_000 + 12 * 768, 5_000)] // ours has a bias of keys, which is 0
    [InlineData("EVA02-CLIP L/14", 427_760_000 + 24 * 1024, 5_000)]
    [InlineData("EVA02-CLIP L/14@336px", 428_080_000 + 24 * 1024, 5_000)]
    public void ParametersAreAsManyAsPublished(string name, long published, long tolerance = 0)
    {
        using Backbone backbone = Build(KnownBackbones.All.Single(config => config.Name == name));
        Assert.InRange(backbone.ParameterCount, published - tolerance, published + tolerance);
    }

    [Fact]
    public void AKnownBackboneIsFoundByItsName()
    {
        Assert.Equal("SigLIP 2 ViT-B/16", KnownBackbones.Find("siglip 2 vit-b/16").Name);
        Assert.Contains("PE-Core B/16", Assert.Throws<LiftPlusException>(() => KnownBackbones.Find("PE-Core Z")).Message);
        Assert.Distinct(Names.Select(row => row.Data), StringComparer.OrdinalIgnoreCase);
    }

    private static Backbone Build(BackboneConfig config)
    {
        LibTorch.EnsureLoaded();
        Device before = get_default_device();
        set_default_device(META);
        try
        {
            return new Backbone(config);
        }
        finally
        {
            set_default_device(before);
        }
    }

    // Names as the publisher's files have them; {0-11} stands for as many blocks of the same shape.
    private static string Section(BackboneConfig config)
    {
        using Backbone backbone = Build(config);
        KeyMap map = BackboneFolder.Form(config, Publisher(config)).Names;
        Dictionary<string, Tensor> state = backbone.state_dict();
        Assert.All(state.Values, tensor => Assert.Equal(DeviceType.META, tensor.device_type));
        (string Name, string Shape)[] tensors =
        [
            .. map.Expand([.. state.Keys])
                .SelectMany(row =>
                    row.Sources.Select((source, i) => (source, $"[{string.Join(", ", row.SourceShape(state[row.Key].shape, i)!)}]"))
                ),
        ];
        StringBuilder text = new($"{config.Name}: {backbone.ParameterCount} parameters, {tensors.Length} tensors, {map.Name} names");
        foreach (
            var group in tensors
                .Select(tensor => (Parts: Split(tensor.Name), tensor.Shape))
                .GroupBy(entry => (entry.Parts.Before, entry.Parts.After, entry.Shape))
        )
        {
            int[] numbers = [.. group.Select(entry => entry.Parts.Number).OfType<int>()];
            string range =
                numbers.Length == 0 ? ""
                : numbers.Length == 1 ? $"{numbers[0]}"
                : $"{{{numbers[0]}-{numbers[^1]}}}";
            Assert.Equal(numbers.Length == 0 ? 1 : numbers[^1] - numbers[0] + 1, group.Count());
            text.Append($"\n  {group.Key.Before}{range}{group.Key.After} {group.Key.Shape}");
        }

        return text.ToString();
    }

    private static WeightNaming Publisher(BackboneConfig config) =>
        config.Name.StartsWith("SigLIP", StringComparison.Ordinal) || config.Name.StartsWith("DINOv3 ", StringComparison.Ordinal)
            ? WeightNaming.HuggingFace
        : config.Text is not null ? WeightNaming.OpenAI
        : WeightNaming.Timm;

    // The first part that is a number is the block's; "downsample.0" comes after it.
    private static (string Before, int? Number, string After) Split(string name)
    {
        string[] parts = name.Split('.');
        int at = Array.FindIndex(parts, part => int.TryParse(part, out _));
        return at < 0
            ? (name, null, "")
            : (string.Join('.', parts[..at]) + ".", int.Parse(parts[at]), "." + string.Join('.', parts[(at + 1)..]));
    }
}
