using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.TestSupport;
using LiftPlus.Tokenization;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Faults;

/// <summary>Every export, with a fault at every operation on files that it does.</summary>
public sealed class ExportFaultTests(ITestOutputHelper output) : IDisposable
{
    private static readonly ClipTokenizer s_tokenizer = ClipTokenizer.Load(Repository.PathOf("samples", "assets", "tiny-clip"), 12);

    // One block, so that there are few files and tensors.
    private static readonly BackboneConfig s_vit = TestWorld.Config with
    {
        Image = (VisionTransformerConfig)TestWorld.Config.Image with { Depth = 1, Width = 16, HiddenSize = 16 },
    };

    private static readonly BackboneConfig s_clip = TestWorld.Config with
    {
        Image = new VisionTransformerConfig
        {
            ImageSize = 16,
            PatchSize = 8,
            Width = 64,
            Depth = 1,
            Heads = 1,
            HiddenSize = 16,
        },
        Text = new TextTransformerConfig
        {
            ContextLength = 12,
            VocabularySize = s_tokenizer.VocabularySize,
            Width = 64,
            Depth = 1,
            Heads = 1,
            HiddenSize = 16,
        },
        EmbedDimension = 8,
        Preprocess = new PreprocessConfig { ImageSize = 16 },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Folders =>
        ["merged, Hugging Face", "merged, timm", "merged, OpenAI", "peft", "adapter", "backbone, Hugging Face", "backbone, OpenAI"];

    public static TheoryData<string> Files => ["safetensors", "torch.save", "reference checkpoint", "onnx"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void AFolder_IsThereWholeOrNotAtAll(string export)
    {
        using FineTunedModel model = Train(export.Contains("OpenAI", StringComparison.Ordinal) ? s_clip : s_vit);
        string folder = _folder["parent/new"];
        Export(export, model, _folder["expected"]);
        Dictionary<string, byte[]> expected = Content(_folder["expected"]);
        FaultCount count = FaultInjection.Run(
            () => Clear(_folder["parent"]),
            () =>
            {
                if (!Directory.Exists(folder)) // an export does not overwrite
                    Export(export, model, folder);
            },
            thrown =>
            {
                if (Directory.Exists(folder))
                    Assert.Equal(expected, Content(folder));
                else
                    Assert.NotNull(thrown);
                if (thrown is LiftPlusException or IOException or UnauthorizedAccessException)
                    Assert.Contains(folder, thrown.Message);
            },
            () =>
            {
                Assert.Equal(expected, Content(folder));
                Assert.Equal([folder], Directory.GetFileSystemEntries(_folder["parent"]));
            },
            Rounds.Count(1) > 1 ? null : [Fault.Error, Fault.Crash] // of every kind where there is time
        );
        output.WriteLine($"{export}: {count}");
    }

    [Fact]
    public void ABackbonesFolder_ThatIsReplaced_IsTheEarlierOrTheNewOne()
    {
        using Backbone earlier = TestWorld.CreateBackbone(),
            later = TestWorld.CreateBackbone();
        later.Initialize(2);
        string folder = _folder["parent/backbone"];
        earlier.Save(_folder["earlier"]);
        later.Save(_folder["later"]);
        Dictionary<string, byte[]> ofEarlier = Content(_folder["earlier"]),
            ofLater = Content(_folder["later"]);
        FaultCount count = FaultInjection.Run(
            () => earlier.Save(folder),
            () => later.Save(folder),
            _ => Assert.Contains(Content(folder), (Dictionary<string, byte[]>[])[ofEarlier, ofLater], new SameContent()),
            () =>
            {
                Assert.Equal(ofLater, Content(folder));
                Assert.Equal([folder], Directory.GetFileSystemEntries(_folder["parent"]));
            },
            OperatingSystem.IsWindows() ? [Fault.Error, Fault.Refusal, Fault.FullDisk, Fault.Memory] : null
        );
        output.WriteLine($"{count}");
    }

    [Fact]
    public void AnOnnxFileWithASecondOne_IsThereWithItOrNotAtAll()
    {
        using FineTunedModel model = Train(s_vit);
        Directory.CreateDirectory(_folder["parent"]);
        string file = _folder["parent/model.onnx"],
            data = file + ".data";
        var options = new OnnxExportOptions { ExternalData = true };
        Directory.CreateDirectory(_folder["expected"]);
        OnnxExport.Save(model, _folder["expected/model.onnx"], options);
        Dictionary<string, byte[]> expected = Content(_folder["expected"]);
        FaultCount count = FaultInjection.Run(
            () => Clear(_folder["parent"]),
            () =>
            {
                Directory.CreateDirectory(_folder["parent"]);
                if (!File.Exists(file)) // two files are not replaced
                    OnnxExport.Save(model, file, options);
            },
            thrown =>
            {
                if (File.Exists(file))
                    Assert.Equal(expected["model.onnx.data"], File.ReadAllBytes(data));
                else
                    Assert.NotNull(thrown);
            },
            () =>
            {
                Assert.Equal(expected, Content(_folder["parent"]));
                Assert.Equal([file, data], Directory.GetFileSystemEntries(_folder["parent"]).Order());
            }
        );
        output.WriteLine($"{count}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void AFile_IsTheEarlierOrTheNewOne(string format)
    {
        using FineTunedModel model = Train(s_vit);
        Directory.CreateDirectory(_folder["parent"]);
        string file = _folder["parent/file"];
        byte[] earlier = [1, 2, 3];
        Write(format, model, _folder["file"]); // torch.save names its folder after the file
        byte[] expected = File.ReadAllBytes(_folder["file"]);
        FaultCount count = FaultInjection.Run(
            () => File.WriteAllBytes(file, earlier),
            () => Write(format, model, file),
            thrown =>
            {
                Assert.Contains(File.ReadAllBytes(file), (byte[][])[earlier, expected]);
                if (thrown is LiftPlusException or IOException or UnauthorizedAccessException)
                    Assert.Contains(file, thrown.Message);
            },
            () =>
            {
                Assert.Equal(expected, File.ReadAllBytes(file));
                Assert.Equal([file], Directory.GetFileSystemEntries(_folder["parent"]));
            }
        );
        output.WriteLine($"{format}: {count}");
    }

    private static void Export(string export, FineTunedModel model, string folder)
    {
        switch (export)
        {
            case "merged, Hugging Face":
                MergedExport.Save(model, folder);
                break;
            case "merged, timm":
                MergedExport.Save(model, folder, WeightNaming.Timm);
                break;
            case "merged, OpenAI":
                MergedExport.Save(model, folder, WeightNaming.OpenAI);
                break;
            case "peft":
                PeftExport.Save(model, folder);
                break;
            case "adapter":
                HuggingFacePeft.Save(model.Backbone, folder);
                break;
            default:
                using (Backbone plain = model.Backbone.Merge())
                    plain.Save(
                        folder,
                        model.Backbone.Text is null ? null : s_tokenizer,
                        export.Contains("OpenAI", StringComparison.Ordinal) ? WeightNaming.OpenAI : WeightNaming.HuggingFace
                    );
                break;
        }
    }

    private static void Write(string format, FineTunedModel model, string file)
    {
        IReadOnlyDictionary<string, Tensor> tensors = model.Backbone.TrainedState();
        switch (format)
        {
            case "safetensors":
                Safetensors.Write(file, tensors);
                break;
            case "torch.save":
                TorchArchive.Write(file, tensors);
                break;
            case "onnx":
                OnnxExport.Save(model, file);
                break;
            default:
                ReferenceCheckpoint.Save(file, model.Backbone, model.Classifier);
                break;
        }
    }

    private static FineTunedModel Train(BackboneConfig config) =>
        TestWorld
            .Builder()
            .UseBackbone(() =>
            {
                var backbone = new Backbone(config);
                backbone.Initialize(1);
                return backbone;
            })
            .UseLinearClassifier()
            .AddLora(new LoraOptions { Alpha = 1 })
            .UseEpochs(1)
            .Build()
            .Fit(TestWorld.Dataset(2, 2, 2));

    private static Dictionary<string, byte[]> Content(string folder) =>
        Directory
            .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllBytes);

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private sealed class SameContent : IEqualityComparer<Dictionary<string, byte[]>>
    {
        public bool Equals(Dictionary<string, byte[]>? one, Dictionary<string, byte[]>? other) =>
            one!.Count == other!.Count
            && one.All(file => other.TryGetValue(file.Key, out byte[]? bytes) && file.Value.SequenceEqual(bytes));

        public int GetHashCode(Dictionary<string, byte[]> content) => content.Count;
    }
}
