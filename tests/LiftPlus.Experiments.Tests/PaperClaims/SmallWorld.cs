using LiftPlus.Experiments.PaperClaims;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Experiments.Tests.PaperClaims;

/// <summary>Represents a world with two training images and one test image per class.</summary>
internal sealed class SmallWorld(string id, Rank ranks = Rank.Last) : World
{
    public override string Id => id;

    public override string Title => $"the {id} world";

    public override string Description => "small";

    public override Rank Ranks => ranks;

    public override int TrainingImages => 2 * ShapesLT.ClassCount;

    public override string Fingerprint(int seed) => $"{id} {seed}";

    public override (ImageDataset Train, ImageDataset Test) Load(int seed)
    {
        var shapes = new ShapesLT(seed);
        ImageDataset Draw(Split split, int count) =>
            ImageDataset.FromImages(
                Enumerable
                    .Range(0, ShapesLT.ClassCount)
                    .SelectMany(label =>
                        Enumerable
                            .Range(0, count)
                            .Select(i =>
                            {
                                using RgbImage image = shapes.Draw(split, label, i, 32).ToImage();
                                return (image.Share(), label);
                            })
                    ),
                shapes.Classes.Names
            );
        return (Draw(Split.Train, 2), Draw(Split.Test, 1));
    }
}
