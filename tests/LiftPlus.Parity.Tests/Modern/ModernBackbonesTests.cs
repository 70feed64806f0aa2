using System.Text.Json;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Loading;
using LiftPlus.Layers;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests.Modern;

/// <summary>
/// Compares every case of the golden set of modern backbones, in every naming, with numbers of public implementations: what enters and
/// leaves each block, features, texts, logits and gradients.
/// </summary>
public sealed class ModernBackbonesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The cases that are not read yet, with the reason. A case that is read must not stand here.</summary>
    private static readonly Dictionary<string, string> s_notYet = [];

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Cases =>
        ModernGolden.Root is null
            ? [new TheoryDataRow<string, string>("", "")]
            : [.. ModernGolden.Cases.Select(one => new TheoryDataRow<string, string>(one.Name, one.Naming))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryCaseGivesTheReferencesNumbers(string name, string naming)
    {
        Assert.SkipWhen(ModernGolden.Root is null, $"The modern golden set is not here ({ModernGolden.Variable}).");
        ModernGolden.Copy(name, naming, _folder.Path);
        GoldenFile golden = ModernGolden.Read(name);
        BackboneLoadOptions options = ModernOptions.For(name, naming, golden);
        if (s_notYet.TryGetValue(name, out string? reason))
        {
            Assert.ThrowsAny<LiftPlusException>(() => Backbone.Load(_folder.Path, options).Dispose());
            Assert.Skip($"{name}.{naming} is not read yet ({reason}).");
        }

        using Backbone backbone = Backbone.Load(_folder.Path, options);
        backbone.eval();
        using DisposeScope scope = NewDisposeScope();
        NumberCheck check = new(golden);
        CheckImage(backbone, golden, check);
        CheckText(backbone, golden, check);
        CheckGradient(backbone, name, golden, check);
        CheckSizes(name, naming, golden, options, check);
        check.AssertAll($"{name}.{naming}");
    }

    private static void CheckImage(Backbone backbone, GoldenFile golden, NumberCheck check)
    {
        using IDisposable noGrad = no_grad();
        Tensor images = golden["images"].ToTensor();
        NetworkParts parts = NetworkParts.Of(backbone.Image);
        Tensor x = parts.Enter(images);
        check.Near("block0_input", x);
        foreach ((int i, Func<Tensor, Tensor> step) in parts.Steps.Index())
            check.Near($"block{i}", x = step(x));
        if (golden.Contains("norm"))
            check.Near("norm", HasAllTokens(golden["norm"]) ? parts.Norm?.Invoke(x) : parts.Pool(x));

        Tensor features = backbone.EncodeImage(images);
        check.Near(FeatureName(backbone, golden), features);
        if (backbone.Text is not null)
            check.Near("image_features_proj", backbone.ProjectImage(features));
    }

    // Or the pooled vector (B, D), or (B, D, 1, 1).
    private static bool HasAllTokens(GoldenTensor norm) => norm.Shape.Length == 3;

    // timm's DINOv3 means the patches, and says so.
    private static string FeatureName(Backbone backbone, GoldenFile golden) =>
        golden.Contains("patch_mean") && backbone.Config.Image is VisionTransformerConfig { Pooling: TokenPooling.Mean }
            ? "patch_mean"
            : "image_features";

    private static void CheckText(Backbone backbone, GoldenFile golden, NumberCheck check)
    {
        if (backbone.Text is not ClipTextTransformer text || !golden.Contains("tokens"))
            return;
        using IDisposable noGrad = no_grad();
        Tensor tokens = golden["tokens"].ToTensor();
        Tensor x = TensorMath.Add(text.token_embedding.index_select(0, tokens.reshape(-1)).view([.. tokens.shape, -1]), text.pos_embed);
        foreach ((int i, TransformerBlock block) in text.blocks.Index())
            check.Near($"text_block{i}", x = block.forward(x));
        check.Near("text_norm", text.norm.forward(x));
        Tensor pooled = backbone.EncodeText(tokens);
        check.Near("text_pooled", pooled);
        Tensor features = backbone.ProjectText(pooled);
        check.Near("text_features", features);
        check.Near("logit_scale_exp", backbone.LogitScale!.exp());
        check.Near("logit_bias", backbone.logit_bias);
        Tensor image = backbone.ProjectImage(backbone.EncodeImage(golden["images"].ToTensor()));
        check.Near("logits", backbone.Logits(image, features));
    }

    private static void CheckGradient(Backbone backbone, string name, GoldenFile golden, NumberCheck check)
    {
        if (FeatureName(backbone, golden) == "patch_mean")
            return;
        bool isProjected = ModernGolden.Sizes(name).TryGetProperty("gradient_of", out JsonElement of) && of.GetString()!.Contains("_proj");
        if (isProjected && backbone.Text is null)
            return;
        Tensor input = golden["block0_input"].ToTensor().requires_grad_(true);
        Tensor x = input;
        NetworkParts parts = NetworkParts.Of(backbone.Image);
        foreach (Func<Tensor, Tensor> step in parts.Steps)
            x = step(x);
        Tensor features = parts.Pool(x);
        Tensor value = (isProjected ? backbone.ProjectImage(features) : features).mul(golden["upstream"].ToTensor()).sum();
        check.Near("grad_block0_input", autograd.grad([value], [input])[0]);
    }

    private void CheckSizes(string name, string naming, GoldenFile golden, BackboneLoadOptions options, NumberCheck check)
    {
        foreach (string images in golden.Names.Where(tensor => tensor.StartsWith("images_", StringComparison.Ordinal)).ToArray())
        {
            string size = images["images_".Length..];
            foreach (PositionResampling way in Enum.GetValues<PositionResampling>())
            {
                string[] names = [.. Wanted(way, size).Where(golden.Contains)];
                if (names.Length > 0)
                    CheckSize(golden[images], options with { PositionResampling = way }, names, check);
            }

            // Without being asked, the way of the naming.
            PositionResampling own = naming switch
            {
                "hf" => PositionResampling.Transformers,
                "original" => PositionResampling.Original,
                _ => PositionResampling.Timm,
            };
            string[] usual = [.. Wanted(own, size).Where(golden.Contains)];
            if (usual.Length > 0)
                CheckSize(golden[images], options, usual, check);
            else
                Assert.True(
                    name.StartsWith("dinov3") || name.StartsWith("pe_core") || golden[images].Shape[2] != golden[images].Shape[3],
                    size
                );
        }
    }

    private static IEnumerable<string> Wanted(PositionResampling way, string size) =>
        way switch
        {
            PositionResampling.Transformers => [$"image_features_{size}_hf", $"image_features_{size}"],
            PositionResampling.Original => [$"image_features_{size}_original", $"image_features_{size}", $"image_features_proj_{size}"],
            _ => [$"image_features_{size}_timm", $"image_features_{size}"],
        };

    private void CheckSize(GoldenTensor images, BackboneLoadOptions options, string[] names, NumberCheck check)
    {
        using Backbone backbone = Load(options, (int)images.Shape[2], (int)images.Shape[3]);
        backbone.eval();
        if (FeatureIsOther(backbone, names))
            return;
        using IDisposable noGrad = no_grad();
        Tensor features = backbone.EncodeImage(images.ToTensor());
        foreach (string name in names)
        {
            bool isProjected = name.Contains("_proj_");
            if (!isProjected || backbone.Text is not null)
                check.Near(name, isProjected ? backbone.ProjectImage(features) : features);
        }
    }

    private static bool FeatureIsOther(Backbone backbone, string[] names) =>
        backbone.Config.Image is VisionTransformerConfig { Pooling: TokenPooling.Mean, Rotary: not null }
        && names.All(name => !name.Contains("_proj_"));

    // The library takes square images; for others the network is built here.
    private Backbone Load(BackboneLoadOptions options, int height, int width)
    {
        if (height == width)
            return Backbone.Load(_folder.Path, options with { ImageSize = height });
        using BackboneReader reader = BackboneReader.Open(_folder.Path, options);
        var image = (VisionTransformerConfig)reader.Config.Image;
        Backbone backbone = new(reader.Config with { Image = image with { ImageSize = height, ImageWidth = width } });
        reader.Fill(backbone);
        return backbone;
    }
}
