using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Loading;
using LiftPlus.Core.Tests.Backbones;
using LiftPlus.Core.Tests.Tokenization;
using LiftPlus.Core.Tests.Weights;
using LiftPlus.Tokenization;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Fuzzing;

/// <summary>
/// Damaged files of every kind: each is read or gives a LiftPlusException that names it, within a second and little memory. Seeded, 22,000
/// files.
/// </summary>
public sealed class ReaderFuzzTests : IDisposable
{
    private const long MaxManagedBytes = 64 << 20;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SafetensorsHeaders()
    {
        using Tensor a = ones(2, 3),
            b = zeros([], int64),
            c = ones(4, dtype: @bool),
            d = zeros(0, 5, dtype: bfloat16);
        Safetensors.Write(
            _folder["s"],
            [new("layer.weight", a), new("n", b), new("mask", c), new("empty", d)],
            new Dictionary<string, string> { ["format"] = "pt" }
        );
        byte[] file = File.ReadAllBytes(_folder["s"]);
        int header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Mutator mutator = Create(
            1,
            "\"shape\":[",
            "\"dtype\":\"F64\"",
            "\"data_offsets\":[0,0]",
            "{",
            "}",
            "[[",
            "]",
            ",",
            "-1",
            "1e999",
            "9223372036854775807",
            "\"__metadata__\":{}",
            "\\ud800",
            "null",
            "\"BOOL\"",
            "4611686018427387904,"
        );
        Fuzz(
            6000,
            round =>
            {
                byte[] mutated = mutator.Mutate(file, round % 4 == 0 ? 0 : 8, header);
                if (round % 2 == 1 && mutated.Length > 8)
                {
                    // With a header length that fits, readers get further before they meet the damage.
                    long length = Math.Clamp(header + mutated.Length - file.Length, 8, mutated.Length) - 8;
                    BinaryPrimitives.WriteInt64LittleEndian(mutated, length);
                }

                return mutated;
            },
            ReadAll
        );
    }

    [Fact]
    public void Pickles()
    {
        Mutator mutator = Create(
            2,
            "(",
            "}",
            "]",
            ")",
            "t",
            "\u0085",
            "\u0086",
            "u",
            "s",
            "e",
            "a",
            "R",
            "b",
            "Q",
            "q\u0001",
            "h\u0000",
            "0",
            "1",
            "N",
            "\u0094",
            "ctorch._utils\n_rebuild_tensor_v2\n",
            "ccollections\nOrderedDict\n",
            "cos\nsystem\n",
            "cbuiltins\neval\n",
            "ctorch\nFloatStorage\n",
            "c__torch__\nM\n",
            "X\u0004\u0000\u0000\u0000name",
            "\u008a\u0008"
        );
        byte[] pickle = Pickle();
        Random random = new(3);
        Fuzz(
            7000,
            round =>
            {
                byte[] mutated = mutator.Mutate(pickle, 2, pickle.Length);
                (string, float[])[] storages = [("0", [1, 2, 3, 4, 5, 6]), ("1", [7])];
                return (round % 3) switch
                {
                    0 => PickleBuilder.Archive(mutated, storages),
                    1 => PickleBuilder.Archive(
                        mutated,
                        System.IO.Compression.CompressionLevel.NoCompression,
                        [("constants.pkl", [0x80, 2, (byte)')', (byte)'.'])],
                        storages
                    ),
                    _ => PickleBuilder.Legacy(mutated, true, storages),
                };
            },
            ReadAll
        );
    }

    [Fact]
    public void Zips()
    {
        byte[] archive = PickleBuilder.Archive(Pickle(), ("0", [1, 2, 3, 4, 5, 6]), ("1", [7])),
            legacy = PickleBuilder.Legacy(Pickle(), true, ("0", [1, 2, 3, 4, 5, 6]), ("1", [7]));
        Mutator mutator = Create(
            4,
            "PK\u0001\u0002",
            "PK\u0003\u0004",
            "PK\u0005\u0006",
            "PK\u0006\u0006",
            "PK\u0006\u0007",
            "archive/data.pkl",
            "archive/data/0",
            "\u0001\u0000\u0018\u0000",
            "../",
            "\u00ff\u00ff\u00ff\u00ff"
        );
        int directory = archive.AsSpan().IndexOf("PK\u0001\u0002"u8);
        Fuzz(
            4000,
            round =>
                (round % 4) switch
                {
                    0 => mutator.Mutate(archive, 0, archive.Length),
                    1 => mutator.Mutate(legacy, 15, legacy.Length),
                    _ => mutator.Mutate(archive, directory, archive.Length),
                },
            ReadAll
        );
    }

    [Fact]
    public void JsonFiles()
    {
        Mutator mutator = Create(
            5,
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "null",
            "true",
            "-1",
            "0",
            "1e99",
            "0.5",
            "2147483648",
            "\"\\ud800\"",
            "\"image_size\":",
            "\"hidden_act\":\"relu\",",
            "\u00ff",
            "[[[[[[[["
        );
        (BackboneConfig Config, WeightNaming Naming)[] models =
        [
            (TinyBackbones.Clip, WeightNaming.HuggingFace),
            (TinyBackbones.Clip, WeightNaming.OpenAI),
            (TinyBackbones.ViT, WeightNaming.Timm),
            (TinyBackbones.Dinov2, WeightNaming.HuggingFace),
            (TinyBackbones.Siglip, WeightNaming.HuggingFace),
            (TinyBackbones.ClipResNet, WeightNaming.OpenAI),
        ];
        foreach ((int i, (BackboneConfig config, WeightNaming naming)) in models.Index())
        {
            BackboneForm form = BackboneFolder.Form(config, naming);
            Directory.CreateDirectory(_folder[$"{i}"]);
            File.WriteAllText(_folder[Path.Combine($"{i}", "w")], "");
            foreach ((string name, JsonObject description) in form.Descriptions)
                File.WriteAllText(_folder[Path.Combine($"{i}", name)], description.ToJsonString());
            HeaderOnly source = HeaderOnly.Of(form.Form.Names, ExpectedTensors.From(form.Config));
            foreach (string name in form.Descriptions.Keys)
            {
                string path = _folder[Path.Combine($"{i}", name)];
                byte[] text = File.ReadAllBytes(path);
                Fuzz(
                    4000 / models.Length / form.Descriptions.Count,
                    _ => mutator.Mutate(text, 0, text.Length),
                    _ =>
                    {
                        BackboneConfig read = new BackboneDescription(
                            source,
                            form.Form,
                            BackboneFiles.Find(_folder[Path.Combine($"{i}", "w")]),
                            new BackboneLoadOptions()
                        ).Read();
                        WeightLoader.Check(ExpectedTensors.From(read), source, form.Form.Names);
                    },
                    path,
                    named: ""
                ); // two files that contradict each other are named by the weights' own
                File.WriteAllBytes(path, text);
            }
        }

        using Tensor weight = ones(2, 3);
        Safetensors.Write(_folder["a.safetensors"], [new("weight", weight)]);
        byte[] index = """{"metadata":{"total_size":24},"weight_map":{"weight":"a.safetensors"}}"""u8.ToArray();
        Fuzz(600, _ => mutator.Mutate(index, 1, index.Length), ReadAll, named: ""); // or a part that it asks for
        TinyVocabulary.Write(_folder);
        byte[] vocabulary = File.ReadAllBytes(_folder["vocab.json"]);
        Fuzz(400, _ => mutator.Mutate(vocabulary, 0, vocabulary.Length), _ => ClipTokenizer.Load(_folder.Path, 77), _folder["vocab.json"]);
    }

    [Fact]
    public void WholeTokenizers()
    {
        Mutator mutator = Create(
            6,
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            "null",
            "true",
            "-1",
            "0",
            "1e99",
            "\"\\ud800\"",
            "\"merges\":[",
            "\"c a\"",
            "[\"c\",\"a\"]",
            "</w>",
            "Lowercase",
            "\u00ff"
        );
        byte[] file = Encoding.UTF8.GetBytes(TinyVocabulary.Whole(mergesAreArrays: true).ToJsonString());
        string path = _folder["tokenizer.json"];
        Fuzz(1500, _ => mutator.Mutate(file, 0, file.Length), _ => ClipTokenizer.Load(_folder.Path, 77).Encode("a cat's"), path);
        int start = file.AsSpan().IndexOf("\"merges\""u8);
        Fuzz(1500, _ => mutator.Mutate(file, start, file.Length), _ => ClipTokenizer.Load(_folder.Path, 77).Encode("dogs"), path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SentencePieces(bool isUnigram)
    {
        byte[] json = Encoding.UTF8.GetBytes(isUnigram ? TinySentencePieces.Unigram : TinySentencePieces.BytePairs);
        File.WriteAllBytes(_folder["tokenizer.json"], json);
        byte[] model = SentencePieceJson.ToModel(JsonFile.Open(_folder["tokenizer.json"]));
        Mutator mutator = Create(
            12,
            "\"vocab\":",
            "[",
            "]",
            "{",
            "}",
            "-1",
            "1e99",
            "null",
            "\"Unigram\"",
            "\"BPE\"",
            "\ud800",
            "4294967296"
        );
        Fuzz(1000, _ => mutator.Mutate(json, 0, json.Length), _ => Encode(), _folder["tokenizer.json"]);
        Mutator bytes = Create(
            13,
            "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
            "\u0012\u00ff",
            "\u0000",
            "\u00c8\u0002"
        );
        Fuzz(1500, _ => bytes.Mutate(model, 0, model.Length), _ => Encode(), _folder["spiece.model"]);

        void Encode() => SiglipTokenizer.Load(_folder.Path, 8, isOpenClip: false, truncates: true).Encode("a cat ЖЖ!");
    }

    [Fact]
    public void Processors()
    {
        Mutator mutator = Create(
            7,
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "null",
            "true",
            "false",
            "-1",
            "0",
            "1e-300",
            "1e99",
            "\"do_x\":true,"
        );
        byte[] file = Encoding.UTF8.GetBytes(
            """
            {"image_processor":{"do_resize":true,"do_rescale":true,"rescale_factor":0.00392156862745098,"do_normalize":true,
            "image_mean":[0.5,0.4,0.3],"image_std":[0.5,0.5,0.5],"resample":3,"size":{"shortest_edge":32},"crop_size":32}}
            """
        );
        BackboneForm form = BackboneFolder.Form(TinyBackbones.Clip, WeightNaming.HuggingFace);
        HeaderOnly source = HeaderOnly.Of(form.Form.Names, ExpectedTensors.From(form.Config));
        foreach ((string name, JsonObject description) in form.Descriptions)
            File.WriteAllText(_folder[name], description.ToJsonString());
        File.WriteAllText(_folder["w"], "");
        BackboneFiles files = BackboneFiles.Find(_folder["w"]);
        Fuzz(
            3000,
            _ => mutator.Mutate(file, 0, file.Length),
            _ =>
            {
                PreprocessConfig read = new BackboneDescription(source, form.Form, files, new BackboneLoadOptions()).Read().Preprocess;
                Assert.All(read.Mean.Concat(read.Std), value => Assert.True(float.IsFinite(value)));
                Assert.All(read.Std, value => Assert.True(value > 0));
            },
            _folder["processor_config.json"],
            named: ""
        );
    }

    private static byte[] Pickle() =>
        PickleBuilder
            .Start()
            .Op('}', '(')
            .Text("model")
            .Op('}', 'q', 0, '(')
            .Text("a")
            .Tensor("0", 6, 0, [2, 3], [3, 1])
            .Text("b")
            .Tensor("1", 1, 0, [], [])
            .Text("flag")
            .Op(0x88)
            .Text("list")
            .Op(']', '(', 'K', 3, 'N', 'e')
            .Op('u')
            .Text("again")
            .Op('h', 0)
            .Text("epoch")
            .Number(7)
            .Op('u')
            .Done();

    private static Mutator Create(int seed, params string[] tokens) =>
        new(new Random(seed), [.. tokens.Select(token => Encoding.Latin1.GetBytes(token))]);

    private static void ReadAll(string path)
    {
        using WeightSource source = WeightFile.Open(path);
        foreach (string name in source.Tensors.Keys)
            source.Read(name).Dispose();
    }

    private void Fuzz(int rounds, Func<int, byte[]> make, Action<string> read, string? path = null, string? named = null)
    {
        path ??= _folder["fuzzed"];
        int accepted = 0;
        for (int round = 0; round < rounds; round++)
        {
            File.WriteAllBytes(path, make(round));
            accepted += Try(() => read(path), named ?? Path.GetFileName(path), $"file {round}") ? 1 : 0;
        }

        Assert.InRange(accepted, 1, rounds - 1); // neither so tame nor so wild that nothing is tested
    }

    /// <summary>Whether the file was read; everything but that or a LiftPlusException that names the file fails the test.</summary>
    private static bool Try(Action read, string name, string what)
    {
        for (int attempt = 1; ; attempt++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread(),
                start = Stopwatch.GetTimestamp();
            bool isRead = false;
            try
            {
                read();
                isRead = true;
            }
            catch (LiftPlusException e)
            {
                Assert.Contains(name, e.Message);
                Assert.InRange(e.Message.Length, 20, 10_000);
            }
            catch (Exception e)
            {
                Assert.Fail($"{what}: {e}");
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MaxManagedBytes);
            if (Stopwatch.GetElapsedTime(start) < s_limit)
                return isRead;
            Assert.True(attempt < 3, $"{what} takes longer than {s_limit.TotalSeconds} s, three times"); // once may be the machine
        }
    }
}
