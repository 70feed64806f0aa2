using LiftPlus.Samples.Shapes;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents ShapesLT, with other images for every seed.</summary>
internal sealed class DrawnWorld : World
{
    private static readonly ShapesLT s_first = new();

    /// <inheritdoc/>
    public override string Id => "shapes-lt";

    /// <inheritdoc/>
    public override string Title => "ShapesLT";

    /// <inheritdoc/>
    public override string Description =>
        $"{ShapesLT.ClassCount} classes of drawn shapes, {ShapesLT.LargestClass} to {ShapesLT.SmallestClass} training images each, "
        + $"{ShapesLT.TestImagesPerClass} test images each; the images differ between seeds.";

    /// <inheritdoc/>
    public override Rank Ranks => Rank.Last;

    /// <inheritdoc/>
    public override int TrainingImages => (int)s_first.Classes.Total;

    /// <inheritdoc/>
    public override string Fingerprint(int seed)
    {
        // One image of each class represents all, because the same code draws them.
        var world = new ShapesLT(seed);
        using var hash = new Fingerprint();
        for (int label = 0; label < ShapesLT.ClassCount; label++)
        {
            using RgbImage image = world.Draw(Split.Train, label, 0).ToImage();
            hash.Add($"{world.Classes.Names[label]} {world.Count(Split.Train, label)} {world.Count(Split.Test, label)}")
                .Add(image.ToPacked());
        }

        return hash.ToString();
    }

    /// <inheritdoc/>
    public override (ImageDataset Train, ImageDataset Test) Load(int seed)
    {
        var world = new ShapesLT(seed);
        return (world.Load(Split.Train), world.Load(Split.Test));
    }
}
