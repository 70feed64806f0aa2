using FolderTrainer;
using LiftPlus;

namespace WholeDay;

/// <summary>Holds the backbone and drawn images of four classes, and a folder for everything that is written.</summary>
internal sealed class Desk
{
    private readonly string _work;

    public Desk(string backbone, string work)
    {
        (Backbone, _work) = (backbone, work);
        ToyImages.Draw(this["train"], seed: 1, count: label => 24 >> label); // 24, 12, 6, 3
        ToyImages.Draw(this["test"], seed: 2, count: _ => 6);
    }

    public string Backbone { get; }

    public ImageDataset Train => ImageDataset.FromFolder(this["train"]);

    public ImageDataset Test => ImageDataset.FromFolder(this["test"]);

    /// <summary>Gets the path of a file or folder of the working folder.</summary>
    public string this[string name] => Path.Combine(_work, name);

    /// <summary>Gets the image of a class.</summary>
    public string Image(string className, int number = 0) => Path.Combine(this["test"], className, $"{number}.png");

    /// <summary>Creates a builder of short runs, which every task adds its line to.</summary>
    public LongTailFineTunerBuilder Builder(int epochs = 6) =>
        LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(Backbone)
            .UseTraining(training => training with { Epochs = epochs, BatchSize = 15 })
            .UseDevice("cpu");

    /// <summary>Throws if a task does not have the result that it should have.</summary>
    public static string Check(bool isRight, string result) =>
        isRight ? result : throw new InvalidOperationException($"This is not the result of the task: {result}");
}
