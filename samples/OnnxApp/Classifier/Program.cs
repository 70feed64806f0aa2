// Classifies the images of a folder with an ONNX file, without TorchSharp and libtorch, and prints what it took.
using System.Diagnostics;
using System.Globalization;
using LiftPlus;

if (args is not [string model, string folder])
{
    Console.Error.WriteLine("Usage: OnnxClassifier model.onnx folder-of-images");
    return 1;
}

try
{
    using OnnxImageClassifier classifier = OnnxImageClassifier.Load(model);
    string[] images = [.. Directory.EnumerateFiles(folder, "*.png").Order(StringComparer.Ordinal)];
    Console.WriteLine(await FirstAnswerAsync(classifier, images[0]));

    var clock = Stopwatch.StartNew();
    foreach (Prediction prediction in await classifier.PredictAsync(images.Select(ImageSource.FromFile)))
        Console.WriteLine($"{Path.GetFileName(prediction.Path)}\t{prediction.ClassName}\t{Text(prediction.Probability)}");
    Console.WriteLine($"images/s\t{Text(images.Length / clock.Elapsed.TotalSeconds)}");
    Console.WriteLine($"memory MB\t{Text(Process.GetCurrentProcess().PeakWorkingSet64 / 1e6)}");
    return 0;
}
catch (LiftPlusException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// From the start of the process to the first answer.
static async Task<string> FirstAnswerAsync(OnnxImageClassifier classifier, string image)
{
    Prediction prediction = await classifier.PredictAsync(image);
    TimeSpan age = DateTime.Now - Process.GetCurrentProcess().StartTime;
    return $"first answer after s\t{Text(age.TotalSeconds)}\t{prediction.ClassName}";
}

static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
