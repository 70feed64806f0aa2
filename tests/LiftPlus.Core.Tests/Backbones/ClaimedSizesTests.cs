using System.Text.Json.Nodes;
using LiftPlus.Backbones;

namespace LiftPlus.Core.Tests.Backbones;

/// <summary>Descriptions beside weights whose numbers are not those of the tensors.</summary>
public sealed class ClaimedSizesTests : IDisposable
{
    private const long AnyMemory = 64L << 20;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, WeightNaming, long> Claims
    {
        get
        {
            var rows = new TheoryData<string, WeightNaming, long>();
            foreach (
                (string model, WeightNaming naming) in new[]
                {
                    ("clip", WeightNaming.HuggingFace),
                    ("clip", WeightNaming.OpenAI),
                    ("vit", WeightNaming.Timm),
                    ("dinov2", WeightNaming.HuggingFace),
                    ("siglip", WeightNaming.HuggingFace),
                }
            )
            {
                foreach (long value in new[] { 0, 1, 1_000_000_000, int.MaxValue, long.MaxValue })
                    rows.Add(model, naming, value);
            }

            return rows;
        }
    }

    public void Dispose() => _folder.Dispose();

    // Every number of every description, one at a time.
    [Theory]
    [MemberData(nameof(Claims))]
    public void ANumberInADescriptionNeverMakesALargerModelThanTheTensorsDo(string model, WeightNaming naming, long value)
    {
        string place = _folder["backbone"];
        long parameters;
        using (var backbone = new Backbone(Config(model)))
        {
            backbone.Initialize(1);
            backbone.Save(place, naming: naming);
            parameters = backbone.ParameterCount;
        }

        int tried = 0;
        foreach (string file in Directory.GetFiles(place, "*.json"))
        {
            string sound = File.ReadAllText(file);
            foreach (string path in Numbers(JsonNode.Parse(sound)!).ToArray())
            {
                JsonNode changed = JsonNode.Parse(sound)!;
                Set(changed, path, value);
                File.WriteAllText(file, changed.ToJsonString());
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    using var backbone = Backbone.Load(place);
                    Assert.Equal(parameters, backbone.ParameterCount);
                }
                catch (LiftPlusException e)
                {
                    Assert.InRange(e.Message.Length, 20, 5000);
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AnyMemory);
                tried++;
            }

            File.WriteAllText(file, sound);
        }

        Assert.True(tried > 5, $"{tried} numbers");
    }

    [Fact]
    public void AnImageSizeWhosePositionsWouldBeLargerThanTheModelIsRefused()
    {
        string place = _folder["backbone"];
        BackboneConfig config = TinyBackbones.ViT with
        {
            Image = ((VisionTransformerConfig)TinyBackbones.ViT.Image) with { PatchSize = 1 },
        };
        using (var backbone = new Backbone(config))
        {
            backbone.Initialize(1);
            backbone.Save(place, naming: WeightNaming.Timm);
        }

        Assert.Contains(
            "more values than all its weights",
            Assert.Throws<LiftPlusException>(() => Backbone.Load(place, new BackboneLoadOptions { ImageSize = 4096 })).Message
        );
        using var larger = Backbone.Load(place, new BackboneLoadOptions { ImageSize = 64 });
        Assert.Equal(64, larger.Config.Image.ImageSize);
    }

    private static BackboneConfig Config(string model) =>
        model switch
        {
            "clip" => TinyBackbones.Clip,
            "vit" => TinyBackbones.ViT,
            "dinov2" => TinyBackbones.Dinov2,
            _ => TinyBackbones.Siglip,
        };

    private static IEnumerable<string> Numbers(JsonNode node) =>
        node switch
        {
            JsonObject entries => entries.Where(entry => entry.Value is not null).SelectMany(entry => Numbers(entry.Value!)),
            JsonArray items => items.OfType<JsonNode>().SelectMany(Numbers),
            JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => [value.GetPath()],
            _ => [],
        };

    private static void Set(JsonNode root, string path, long value)
    {
        JsonNode found = Walk(root).Single(node => node.GetPath() == path);
        found.ReplaceWith(value);
    }

    private static IEnumerable<JsonNode> Walk(JsonNode node) =>
        node switch
        {
            JsonObject entries => entries.Where(entry => entry.Value is not null).SelectMany(entry => Walk(entry.Value!)).Prepend(node),
            JsonArray items => items.OfType<JsonNode>().SelectMany(Walk).Prepend(node),
            _ => [node],
        };
}
