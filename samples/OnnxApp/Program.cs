// Fine-tunes TinyClip on ShapesLT, exports the model as ONNX files, and classifies with them in a second process without libtorch.
using LiftPlus;
using LiftPlus.Metrics;
using LiftPlus.Samples;
using LiftPlus.Samples.OnnxApp;
using LiftPlus.Samples.Shapes;
using Spectre.Console;

const int ImagesPerClass = 5; // that the second process classifies

string folder = Path.GetFullPath(args is [string given, ..] ? given : "out/onnx");
Directory.CreateDirectory(folder);
if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 160;

ShapesLT shapes = new();
ImageDataset test = shapes.Load(Split.Test);
Console.WriteLine("Training ...");
using FineTunedModel model = TinyClipTask.CreateBuilder(new Contender("LIFT+", _ => { }), seed: 0).Build().Fit(shapes.Load(Split.Train));

string images = Path.Combine(folder, "images");
Directory.CreateDirectory(images);
foreach ((int label, int index) in shapes.Items(Split.Test).Where(item => item.Index < ImagesPerClass))
    File.WriteAllBytes(Path.Combine(images, $"{label:D2}-{index}.png"), shapes.Draw(Split.Test, label, index).ToPng());
string[] files = [.. Directory.EnumerateFiles(images, "*.png").Order(StringComparer.Ordinal)];
IReadOnlyList<Prediction> expected = model.Predict(files);

var table = new Table().AddColumns(
    "weights",
    "MB",
    "overall",
    "many",
    "medium",
    "few",
    "first answer s",
    "images/s",
    "memory MB",
    "same class"
);
foreach (OnnxWeights weights in Enum.GetValues<OnnxWeights>())
{
    string path = Path.Combine(folder, $"shapes-{weights.ToString().ToLowerInvariant()}.onnx");
    Console.WriteLine($"Exporting and testing {weights} ...");
    OnnxExportResult result = OnnxExport.Save(
        model,
        path,
        new OnnxExportOptions
        {
            Preprocessing = true,
            Weights = weights,
            Test = new OnnxExportTest(test, file => OnnxImageClassifier.Load(file)),
        }
    );
    if (result.Warning is not null)
        Console.WriteLine($"Warning: {result.Warning}");
    if (weights == OnnxWeights.Float32)
        AddRow(table, "library", null, result.Comparison!.Runs[0].Report.Metrics, null, null);
    SecondProcess other = SecondProcess.Run(path, images);
    int same = other.ClassNames.Zip(expected, (name, prediction) => name == prediction.ClassName).Count(isSame => isSame);
    AddRow(table, weights.ToString(), path, result.Comparison!.Runs[1].Report.Metrics, other, (double)same / files.Length);
}

AnsiConsole.Write(table);
Console.WriteLine($"The files are in {folder}. OnnxImageClassifier.Load reads them, and so does any ONNX Runtime.");
return 0;

static void AddRow(Table table, string name, string? path, ClassificationMetrics metrics, SecondProcess? process, double? agreement) =>
    table.AddRow(
        name,
        path is null ? "" : $"{new FileInfo(path).Length / 1e6:F2}",
        $"{metrics.Overall:F2}",
        $"{metrics.Many:F2}",
        $"{metrics.Medium:F2}",
        $"{metrics.Few:F2}",
        process is null ? "" : $"{process.FirstAnswer:F2}",
        process is null ? "" : $"{process.ImagesPerSecond:F0}",
        process is null ? "" : $"{process.Memory:F0}",
        agreement is null ? "" : $"{agreement:P1}"
    );
