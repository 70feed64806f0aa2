using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>
/// Compares networks whose tensors do not show what they are with numbers of public implementations: heads, activation, pooling and pixels
/// come from descriptions and names. The files are not in the repository: LIFTPLUS_GOLDEN_MODERN names their folder.
/// </summary>
public sealed class ModernBackbonesTests : IDisposable
{
    private const string Variable = "LIFTPLUS_GOLDEN_MODERN";
    private static readonly string? s_root = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("siglip", "hf", true)]
    [InlineData("siglip", "timm", true)]
    [InlineData("siglip", "open_clip", true)]
    [InlineData("siglip_odd", "hf", true)]
    [InlineData("timm_gelu_tanh", "timm", true)]
    [InlineData("oc_timm_vit", "open_clip", true)]
    [InlineData("dinov2", "hf", true)]
    [InlineData("dinov2", "timm", true)]
    [InlineData("metaclip2", "hf", false)]
    [InlineData("oc_eos", "open_clip", false)]
    [InlineData("oc_gelu", "open_clip", false)]
    [InlineData("oc_quickgelu", "open_clip", false)]
    [InlineData("oc_vith", "open_clip", false)]
    [InlineData("oc_vitg", "open_clip", false)]
    [InlineData("oc_bigg", "open_clip", false)]
    [InlineData("oc_no_ln_pre", "open_clip", false)]
    public void WhatNamesAndDescriptionsSayGivesTheReferencesNumbers(string name, string naming, bool imageOnly)
    {
        Copy(name, naming);
        using Backbone backbone = Backbone.Load(_folder.Path);
        Assert.Equal(imageOnly, backbone.Text is null);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        GoldenFile golden = GoldenFile.Read(Path.Combine(s_root!, $"{name}.io.safetensors"));
        Tensor image = backbone.EncodeImage(golden["images"].ToTensor());
        TensorAssert.Near(golden["image_features"], image, "image_features");
        if (imageOnly)
            return;
        Tensor text = backbone.ProjectText(backbone.EncodeText(golden["tokens"].ToTensor()));
        TensorAssert.Near(golden["text_features"], text, "text_features");
        TensorAssert.Near(golden["logits"], backbone.Logits(backbone.ProjectImage(image), text), "logits");
    }

    [Theory]
    [InlineData("timm_resnet_aa", "timm", "leaves no trace")]
    [InlineData("timm_resnet_blur", "timm", "leaves no trace")]
    [InlineData("oc_avg", "open_clip", "'pool_type' is 'avg'")]
    [InlineData("oc_nocausal", "open_clip", "'no_causal_mask' is true")]
    [InlineData("timm_gap", "timm", "'global_pool' is 'avg'")]
    [InlineData("dinov2_reg", "hf", "'model_type' is 'dinov2_with_registers'")]
    public void WhatIsNotKnownIsRefusedByName(string name, string naming, string expected)
    {
        Copy(name, naming);
        Assert.Contains(expected, Assert.ThrowsAny<LiftPlusException>(() => Backbone.Load(_folder.Path).Dispose()).Message);
    }

    private void Copy(string name, string naming)
    {
        Assert.SkipWhen(s_root is null, $"The modern golden set is not here ({Variable}).");
        string weights = naming == "open_clip" ? "open_clip_model.safetensors" : "model.safetensors",
            prefix = $"{name}.{naming}.";
        File.Copy(Path.Combine(s_root, prefix + "safetensors"), _folder[weights]);
        foreach (string path in Directory.GetFiles(s_root, prefix + "*.json"))
            File.Copy(path, _folder[Path.GetFileName(path)[prefix.Length..]]);
    }
}
