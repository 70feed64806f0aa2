using LiftPlus.Data;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Images to train and test on.</summary>
internal abstract class World
{
    /// <summary>Its name in files.</summary>
    public abstract string Id { get; }

    /// <summary>Its name in reports.</summary>
    public abstract string Title { get; }

    /// <summary>What it is, in a sentence or two.</summary>
    public abstract string Description { get; }

    /// <summary>The least rank of rows that are run on it.</summary>
    public abstract Rank Ranks { get; }

    /// <summary>Training images: what a run's time depends on.</summary>
    public abstract int TrainingImages { get; }

    /// <summary>Changes when the images of a seed do.</summary>
    public abstract string Fingerprint(int seed);

    /// <summary>Training and test images of a seed, in memory.</summary>
    public abstract (ImageDataset Train, ImageDataset Test) Load(int seed);
}
