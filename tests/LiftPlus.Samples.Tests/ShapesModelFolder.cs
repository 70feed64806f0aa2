using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Tests;

/// <summary>Trains a model of the shapes on one image per class; accuracy does not matter.</summary>
public sealed class ShapesModelFolder : IDisposable
{
    private static readonly ShapesLT s_shapes = new();

    public ShapesModelFolder()
    {
        ImageDataset train = ImageDataset.FromImages(
            Enumerable.Range(0, ShapesLT.ClassCount).Select(label => (s_shapes.Draw(Split.Train, label, 0).ToImage(), label)),
            s_shapes.Classes.Names
        );
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(TinyClipTask.BackboneFolder)
            .UseEpochs(1)
            .Build()
            .Fit(train);
        model.Save(Path);
    }

    public string Path { get; } = System.IO.Path.Combine(Directory.CreateTempSubdirectory("liftplus-webapi-").FullName, "model");

    public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}
