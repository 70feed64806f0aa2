using LiftPlus.Decisions;
using LiftPlus.Samples;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Experiments.Decisions;

/// <summary>Represents labelled images with what an untrained backbone computes for them.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Model">The model; only its backbone is used.</param>
/// <param name="Dataset">The long-tailed training images.</param>
/// <param name="Train">What is computed for them.</param>
/// <param name="Test">What is computed for balanced test images.</param>
internal sealed record LabelWorld(string Name, ImageClassifier Model, ImageDataset Dataset, AuditedImages Train, AuditedImages Test)
    : IDisposable
{
    /// <summary>Gets the number of classes.</summary>
    public int Classes => Dataset.ClassNames.Count;

    /// <summary>Opens ShapesLT with TinyClip, which reads class names.</summary>
    /// <param name="most">The most training images of a class.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static LabelWorld Shapes(int most, CancellationToken cancellationToken)
    {
        ShapesLT shapes = new();
        ImageDataset train = new([.. Images(Split.Train, most)], shapes.Classes.Names),
            test = new([.. Images(Split.Test, most)], shapes.Classes.Names);
        return Create(
            "ShapesLT",
            ZeroShotClassifier.Load(TinyClipTask.WeakBackboneFolder, train.ClassNames),
            train,
            test,
            cancellationToken
        );

        IEnumerable<LabeledImage> Images(Split split, int limit) =>
            from label in Enumerable.Range(0, ShapesLT.ClassCount)
            from index in Enumerable.Range(0, Math.Min(limit, shapes.Count(split, label)))
            select new LabeledImage(ImageSource.FromBytes(shapes.Draw(split, label, index).ToPng(), $"{split} {label} {index}"), label);
    }

    /// <summary>Opens photographs with a backbone without texts.</summary>
    /// <param name="folder">A folder with train/ and test/, each with one folder per class.</param>
    /// <param name="backbone">The folder of the backbone.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static LabelWorld Photographs(string folder, string backbone, CancellationToken cancellationToken)
    {
        ImageDataset train = ImageDataset.FromFolder(Path.Combine(folder, "train")),
            test = ImageDataset.FromFolder(Path.Combine(folder, "test"), train.ClassNames);
        FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(backbone)
            .UseClassifierOnly()
            .UseNoAugmentation()
            .UseCosineClassifier(initialization: ClassifierInitialization.ClassMean)
            .UseEpochs(1)
            .Build()
            .Fit(train.Subset(Enumerable.Range(0, 64)), cancellationToken: cancellationToken);
        return Create(Path.GetFileName(Path.GetFullPath(folder)), model, train, test, cancellationToken);
    }

    /// <summary>Computes what an audit needs, with another model.</summary>
    public static AuditedImages Read(ImageClassifier model, ImageDataset images, CancellationToken cancellationToken) =>
        model.ReadAudited(images, images.ClassNames, withTexts: true, null, cancellationToken);

    public void Dispose() => Model.Dispose();

    private static LabelWorld Create(
        string name,
        ImageClassifier model,
        ImageDataset train,
        ImageDataset test,
        CancellationToken cancellationToken
    ) => new(name, model, train, Read(model, train, cancellationToken), Read(model, test, cancellationToken));
}
