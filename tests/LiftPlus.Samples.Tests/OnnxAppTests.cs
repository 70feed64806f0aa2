using LiftPlus.Samples.OnnxApp;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Tests;

public sealed class OnnxAppTests
{
    [Fact]
    public void TheSecondProcess_AnswersAsTheModel()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            ShapesLT shapes = new();
            string[] names = [.. shapes.Things.Select(thing => thing.Name)];
            using ZeroShotClassifier model = ZeroShotClassifier.Load(TinyClipTask.BackboneFolder, names);
            OnnxExport.Save(model, Path.Combine(folder, "model.onnx"), new OnnxExportOptions { Preprocessing = true });
            for (int label = 0; label < 8; label++)
                File.WriteAllBytes(Path.Combine(folder, $"{label}.png"), shapes.Draw(Split.Test, label, 0).ToPng());

            SecondProcess process = SecondProcess.Run(Path.Combine(folder, "model.onnx"), folder);
            Assert.Equal(
                model.Predict(Directory.GetFiles(folder, "*.png").Order(StringComparer.Ordinal)).Select(prediction => prediction.ClassName),
                process.ClassNames
            );
            Assert.True(process is { FirstAnswer: > 0, ImagesPerSecond: > 0, Memory: > 0 });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void AFileThatIsNoModel_IsNamed()
    {
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            SecondProcess.Run(Path.Combine(TinyClipTask.BackboneFolder, "config.json"), TinyClipTask.BackboneFolder)
        );
        Assert.Contains("config.json", error.Message);
    }
}
