using LiftPlus.Samples.Shapes;
using LiftPlus.TestSupport;

namespace LiftPlus.Cli.Tests;

/// <summary>Provides folders of drawn images and a model that the tool trained on them.</summary>
public sealed class ToolFixture : IAsyncLifetime
{
    private const int Classes = 3;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Gets the folder of the backbone.</summary>
    public static string Backbone => Path.Combine(AppContext.BaseDirectory, "tiny-clip");

    /// <summary>Gets the class names.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = [.. new ShapesLT().Classes.Names.Take(Classes)];

    /// <summary>Gets the folder of training images.</summary>
    public string Train => _folder["train"];

    /// <summary>Gets the folder of test images.</summary>
    public string Test => _folder["test"];

    /// <summary>Gets the folder of the model.</summary>
    public string Model => _folder["model"];

    /// <summary>Gets a path in the folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>Gets the arguments of a short training.</summary>
    public string[] TrainArguments(string output, params string[] more) =>
        ["train", "--backbone", Backbone, "--train", Train, "--epochs", "1", "--batch-size", "6", "--output", _folder[output], .. more];

    public async ValueTask InitializeAsync()
    {
        var world = new ShapesLT();
        foreach ((string place, Split split, int images) in ((string, Split, int)[])[(Train, Split.Train, 5), (Test, Split.Test, 2)])
        {
            for (int label = 0; label < Classes; label++)
            {
                string folder = Directory.CreateDirectory(Path.Combine(place, ClassNames[label])).FullName;
                for (int i = 0; i < images; i++)
                    File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), world.Draw(split, label, i).ToPng());
            }
        }

        ToolRun run = await ToolRun.RunAsync(TrainArguments("model"));
        Assert.True(run.Code == 0, run.Messages);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
