using LiftPlus.Core.Tests;
using LiftPlus.Fuzz.Doors;
using LiftPlus.Reports;
using LiftPlus.Runs;
using LiftPlus.Tests;
using LiftPlus.Tokenization;
using LiftPlus.Weights;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Fuzz;

/// <summary>Reads and writes in a process that has no file descriptor left: each call throws a LiftPlusException.</summary>
internal static class DescriptorScenario
{
    private const int MostFiles = 512;

    public static int Run(string folder)
    {
        (string Name, Action Call)[] calls = Calls(folder);
        foreach ((_, Action call) in calls)
            call(); // loads whatever code needs files, and shows that the call works
        ProcessLimits.LimitFiles(MostFiles);
        List<SafeFileHandle> held = [];
        string own = typeof(DescriptorScenario).Assembly.Location;
        List<string> findings = [];
        try
        {
            while (true)
                held.Add(File.OpenHandle(own));
        }
        catch (IOException) { } // none is left

        foreach ((string name, Action call) in calls)
        {
            try
            {
                call();
                findings.Add($"{name}: no exception");
            }
            catch (LiftPlusException) { }
            catch (Exception e)
            {
                findings.Add($"{name}: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n')[0]}");
            }
        }

        held.ForEach(handle => handle.Dispose());
        findings.ForEach(Console.WriteLine);
        Console.WriteLine($"{calls.Length} calls without a descriptor, {findings.Count} findings");
        return findings.Count == 0 ? 0 : 1;
    }

    private static (string, Action)[] Calls(string folder)
    {
        string Place(string name) => Path.Combine(folder, name);
        FineTunedModel model = TestWorld
            .Builder()
            .UseEpochs(1)
            .UseCheckpoints(Place("run"), new CheckpointOptions { EverySteps = 1 })
            .AddPeft(new LoraOptions { Rank = 2 })
            .Build()
            .Fit(TestWorld.Dataset(3, 2, 2));
        model.Save(Place("model"));
        HuggingFacePeft.Save(model.Backbone, Place("peft"));
        Backbone backbone = new(TinyBackbones.ViT);
        backbone.Initialize(1);
        backbone.Save(Place("backbone"), naming: WeightNaming.Timm);
        byte[] png = TestWorld.Png(1);
        string image = DoorTable.Write(Place("images/cat"), "a.png", png);
        DoorTable.Write(Place("images/dog"), "b.png", png);
        string list = DoorTable.Write(folder, "list.txt", "images/cat/a.png 0\nimages/dog/b.png 1\n"u8.ToArray()),
            csv = DoorTable.Write(folder, "table.csv", "path,label\nimages/cat/a.png,0\nimages/dog/b.png,1\n"u8.ToArray()),
            names = DoorTable.Write(folder, "names.txt", "cat\ndog\n"u8.ToArray()),
            map = DoorTable.Write(folder, "map.txt", "n1 cat\nn2 dog\n"u8.ToArray()),
            metrics = DoorTable.Write(folder, "metrics.jsonl", """{"phase":"training","epoch":1,"step":1,"loss":1.5}"""u8.ToArray());
        using (TemporaryFolder vocabulary = new())
        {
            TinyVocabulary.Write(vocabulary);
            foreach (string file in Directory.GetFiles(vocabulary.Path))
                DoorTable.Write(Place("vocabulary"), Path.GetFileName(file), File.ReadAllBytes(file));
        }

        string tar = Place("x.tar");
        System.Formats.Tar.TarFile.CreateFromDirectory(Place("images"), tar, includeBaseDirectory: false);
        string checkpoint = Directory.GetFiles(Place("run"), "checkpoint-*")[0];
        int written = 0;
        ModelLoadOptions options = new() { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" };
        return
        [
            ("WeightFile.Open", () => WeightFile.Open(Path.Combine(Place("model"), "adapter.safetensors")).Dispose()),
            ("Backbone.Load", () => Backbone.Load(Place("backbone")).Dispose()),
            ("Backbone.Save", () => backbone.Save(Place($"saved-backbone-{written++}"), naming: WeightNaming.Timm)),
            ("FineTunedModel.Load", () => FineTunedModel.Load(Place("model"), options).Dispose()),
            ("FineTunedModel.Save", () => model.Save(Place($"saved-{written++}"))),
            ("HuggingFacePeft.Load", () =>
            {
                using Backbone fresh = TestWorld.CreateBackbone();
                HuggingFacePeft.Load(Place("peft"), fresh);
            }),
            ("HuggingFacePeft.Save", () => HuggingFacePeft.Save(model.Backbone, Place($"saved-peft-{written++}"))),
            ("TrainingCheckpoint.Open", () => TrainingCheckpoint.Open(checkpoint).Dispose()),
            ("ClipTokenizer.Load", () => ClipTokenizer.Load(Place("vocabulary"))),
            ("ImageDataset.FromFolder", () => ImageDataset.FromFolder(Place("images"))),
            ("ImageDataset.FromList", () => ImageDataset.FromList(list)),
            ("ImageDataset.FromCsv", () => ImageDataset.FromCsv(csv, "path", "label")),
            ("ImageDataset.FromTar", () => ImageDataset.FromTar(tar)),
            ("ImageDataset.ReadClassNames", () => ImageDataset.ReadClassNames(names)),
            ("ImageDataset.ReadClassNameMap", () => ImageDataset.ReadClassNameMap(map)),
            ("TrainingHistory.FromMetricsFile", () => TrainingHistory.FromMetricsFile(metrics)),
            ("IImageDecoder.Decode", () => new SkiaImageDecoder().Decode(ImageSource.FromFile(image)).Dispose()),
            ("Predict", () => model.Predict(ImageSource.FromFile(image))),
            ("HtmlReport.Write", () => HtmlReport.Write(Place($"report-{written++}.html"), new HtmlReportContent { Title = "x" })),
        ];
    }
}
