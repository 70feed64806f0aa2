using LiftPlus.Samples;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents images to train and test on.</summary>
internal abstract class World
{
    /// <summary>Gets the name in files.</summary>
    public abstract string Id { get; }

    /// <summary>Gets the name in reports.</summary>
    public abstract string Title { get; }

    /// <summary>Gets a description in a sentence or two.</summary>
    public abstract string Description { get; }

    /// <summary>Gets the last rank of rows to run.</summary>
    public abstract Rank Ranks { get; }

    /// <summary>Gets the number of training images, which determines the time of a run.</summary>
    public abstract int TrainingImages { get; }

    /// <summary>Gets the model folder of the backbone to fine-tune.</summary>
    public virtual string BackboneFolder => TinyClipTask.BackboneFolder;

    /// <summary>Gets the pixels that five crops expand an image by; null for the default.</summary>
    public virtual int? EnsembleExpand => 4; // of TinyClip's 32

    /// <summary>Creates the recipe of a contender.</summary>
    public virtual LongTailFineTunerBuilder CreateBuilder(Contender contender) => TinyClipTask.CreateBuilder(contender, seed: 0);

    /// <summary>Computes a value that changes with the images of a seed.</summary>
    public abstract string Fingerprint(int seed);

    /// <summary>Loads the training and test images of a seed into memory.</summary>
    public abstract (ImageDataset Train, ImageDataset Test) Load(int seed);
}
