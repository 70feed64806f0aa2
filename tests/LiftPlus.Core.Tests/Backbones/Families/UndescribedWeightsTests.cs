using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Core.Tests.Backbones.Families;

/// <summary>Published weights without a description beside them are read as their publishers use them, with a remark.</summary>
public sealed class UndescribedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int> Published =>
        [
            .. KnownBackbones.All.SelectMany(config =>
                BackboneFamilies
                    .Find(config)!
                    .Forms.Index()
                    .Where(form => IsAlone(form.Item, config))
                    .Select(form => new TheoryDataRow<string, int>(config.Name, form.Index))
            ),
        ];

    public void Dispose() => _folder.Dispose();

    // The tensors do not show them, and a width has other heads in other families.
    [Theory]
    [MemberData(nameof(Published))]
    public void TheHeadsAreThePublishedOnes(string name, int form)
    {
        BackboneConfig known = KnownBackbones.Find(name);
        BackboneConfig read = Read(known, BackboneFamilies.Find(known)!.Forms[form]).Read();
        Assert.Equal(known.Image.HeadSplit, read.Image.HeadSplit);
        Assert.Equal(known.Text?.Heads, read.Text?.Heads);
    }

    [Theory]
    [InlineData("DINOv3 ViT-B/16", "dinov3_vitb16_pretrain_lvd1689m-73cec8be.pth", false)]
    [InlineData("DINOv3 ViT-H+/16", "w.pth", false)]
    [InlineData("DINOv3 ConvNeXt-T", "w.pth", false)]
    [InlineData("DINOv3 ViT-L/16", "dinov3_vitl16_pretrain_sat493m-eadcf0ff.pth", true)]
    [InlineData("DINOv3 ViT-7B/16", "dinov3_vit7b16_pretrain_sat493m-a6675841.pth", true)]
    [InlineData("DINOv3 ViT-L/16", "w.pth", true, "local_cls_norm.weight")]
    [InlineData("DINOv3 ViT-7B/16", "w.pth", false, "local_cls_norm.weight")] // both of them have it
    public void TheFilesOfDinov3sAuthorsAreSquashedWithTheBilinearFilter(string name, string file, bool isOfSatellites, string? more = null)
    {
        BackboneConfig known = KnownBackbones.Find(name);
        PublishedForm form = BackboneFamilies.Find(known)!.Forms.Single(form => form.IsOriginal);
        BackboneDescription description = Read(known, form, file, more);
        Assert.Equal(isOfSatellites ? PreprocessConfig.Dinov3Satellite : PreprocessConfig.Dinov3, description.Read().Preprocess);
        string values = isOfSatellites
            ? "mean 0.43 0.411 0.296 and standard deviation 0.213 0.156 0.143"
            : "mean 0.485 0.456 0.406 and standard deviation 0.229 0.224 0.225";
        Assert.Contains(
            $"({values}; LiftPlus squashes images to a square with bilinear interpolation) are assumed.",
            Assert.Single(description.Remarks)
        );
    }

    private static bool IsAlone(PublishedForm form, BackboneConfig config) =>
        form is { NeedsDescription: false, DescribesItself: false }
        && form.HasText == (config.Text is not null)
        && (form.Suits?.Invoke(config) ?? true);

    private BackboneDescription Read(BackboneConfig config, PublishedForm form, string file = "w", string? more = null)
    {
        HeaderOnly header = HeaderOnly.Of(form.Names.For(config.Variants), ExpectedTensors.From(config));
        HeaderOnly source = new(
            [
                .. header.Tensors.Select(tensor => (tensor.Key, (long[])[.. tensor.Value.Shape])),
                .. more is null ? [] : new (string, long[])[] { (more, [1]) },
            ],
            file
        );
        File.WriteAllBytes(_folder[file], []);
        return new BackboneDescription(source, form, BackboneFiles.Find(_folder[file]), new BackboneLoadOptions());
    }
}
