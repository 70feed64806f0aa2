using System.IO.Compression;
using System.Text;
using System.Text.Json;
using LiftPlus.Backbones;
using LiftPlus.Core.Tests;
using LiftPlus.Tokenization;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Descriptions beside weights, and vocabularies.</summary>
internal static class BackboneDoors
{
    private const string Processor = "processor_config.json";

    private static readonly (string Name, BackboneConfig Config, WeightNaming Naming, string Changed)[] s_forms =
    [
        ("clip-config", TinyBackbones.Clip, WeightNaming.HuggingFace, "config.json"),
        ("clip-preprocessor", TinyBackbones.Clip, WeightNaming.HuggingFace, "preprocessor_config.json"),
        ("open-clip", TinyBackbones.Clip, WeightNaming.OpenAI, "open_clip_config.json"),
        ("timm", TinyBackbones.ViT, WeightNaming.Timm, "config.json"),
        ("dinov2", TinyBackbones.Dinov2, WeightNaming.HuggingFace, "config.json"),
        ("siglip", TinyBackbones.Siglip, WeightNaming.HuggingFace, "config.json"),
        ("siglip-text", TinyBackbones.SiglipText, WeightNaming.HuggingFace, "config.json"),
        ("clip-processor", TinyBackbones.Clip, WeightNaming.HuggingFace, Processor),
        ("dinov3", TinyBackbones.Dinov3, WeightNaming.HuggingFace, "config.json"),
        ("open-clip-eva", TinyBackbones.EvaText, WeightNaming.OpenAI, "open_clip_config.json"),
        ("open-clip-pe", TinyBackbones.PerceptionEncoder, WeightNaming.OpenAI, "open_clip_config.json"),
        ("open-clip-trunk", TinyBackbones.ConvNextText, WeightNaming.OpenAI, "open_clip_config.json"),
    ];

    private static readonly string[] s_tokens =
    [
        "\"image_size\":",
        "\"hidden_size\":2147483647,",
        "\"num_hidden_layers\":100000,",
        "\"patch_size\":1,",
        "\"vocab_size\":2000000000,",
        "\"hidden_act\":\"relu\",",
        "\"layer_norm_eps\":1e999,",
        "{",
        "[",
        "null",
        "\u00ff",
    ];

    public static IEnumerable<Door> Create(string folder)
    {
        foreach ((string name, BackboneConfig config, WeightNaming naming, string changed) in s_forms)
        {
            string place = Path.Combine(folder, $"backbone-{name}");
            yield return new Door
            {
                Name = $"backbone-{name}",
                Share = 1,
                IsJson = true,
                Tokens = s_tokens,
                MakeSeeds = () =>
                {
                    if (!Directory.Exists(place))
                        WriteBackbone(config, place, naming);
                    if (changed == Processor)
                        WriteProcessor(place);
                    return [File.ReadAllBytes(Path.Combine(place, changed))];
                },
                Try = input =>
                {
                    DoorTable.Write(place, changed, input);
                    Backbone.Load(place).Dispose();
                },
            };
        }

        yield return Vocabulary(folder, "vocab.json", isJson: true);
        yield return Vocabulary(folder, "merges.txt", isJson: false);
        yield return new Door
        {
            Name = "tokenizer.json",
            Share = 2,
            IsJson = true,
            Tokens = ["\"merges\":", "\"id\":2147483647,", "\\ud800", "null"],
            MakeSeeds = () => [TokenizerFile(Path.Combine(folder, "pair"))],
            Try = input =>
            {
                string place = Path.GetDirectoryName(DoorTable.Write(Path.Combine(folder, "whole"), "tokenizer.json", input))!;
                ClipTokenizer.Load(place).Encode("a cat's dog in the rain");
            },
        };
        yield return new Door
        {
            Name = "published-merges",
            Share = 1,
            MakeSeeds = () => [Packed("#version\na b\nc a\nca t</w>\n"u8.ToArray())],
            Tokens = ["a b\n", "\u001f\u008b"],
            Try = input =>
            {
                string place = Path.GetDirectoryName(
                    DoorTable.Write(Path.Combine(folder, "published"), "bpe_simple_vocab_16e6.txt.gz", input)
                )!;
                ClipTokenizer.Load(place).Encode("a cat");
            },
        };
        string vocabulary = Path.Combine(folder, "vocabulary");
        var tokenizer = new Lazy<ClipTokenizer>(() =>
        {
            WriteVocabulary(vocabulary);
            return ClipTokenizer.Load(vocabulary);
        });
        yield return new Door
        {
            Name = "text",
            MakeSeeds = () =>
                [Encoding.UTF8.GetBytes("A photo of a cafÃ© &amp; NESTLÉ®, isn't it? 日本語 123"), "the cat's dog"u8.ToArray()],
            Tokens = ["&#x110000;", "&amp;amp;", "\u00c3\u00a9", "\u00f0\u009f\u0098\u0080", "<|endoftext|>", "'s", "   ", "\u0000"],
            Try = input => tokenizer.Value.Encode(Encoding.UTF8.GetString(input), truncate: true),
        };
    }

    private static Door Vocabulary(string folder, string changed, bool isJson)
    {
        string place = Path.Combine(folder, $"vocabulary-{changed}");
        return new Door
        {
            Name = changed,
            Share = 2,
            IsJson = isJson,
            Tokens = ["c a\n", "ca t</w>\n", "#version\n", "\"<|endoftext|>\":", "\\ud800"],
            MakeSeeds = () =>
            {
                WriteVocabulary(place);
                return [File.ReadAllBytes(Path.Combine(place, changed))];
            },
            Try = input =>
            {
                DoorTable.Write(place, changed, input);
                ClipTokenizer.Load(place).Encode("a cat's dog in the rain");
            },
        };
    }

    // The form of transformers 5, which no writer of LiftPlus has.
    private static void WriteProcessor(string place)
    {
        string preprocessor = File.ReadAllText(Path.Combine(place, "preprocessor_config.json"));
        File.WriteAllText(Path.Combine(place, Processor), $$"""{"image_processor":{{preprocessor}},"processor_class":"CLIPProcessor"}""");
    }

    private static void WriteBackbone(BackboneConfig config, string place, WeightNaming naming)
    {
        using Backbone backbone = new(config);
        backbone.Initialize(1);
        backbone.Save(place, naming: naming);
    }

    // The two files in one.
    private static byte[] TokenizerFile(string pair)
    {
        WriteVocabulary(pair);
        string tokens = File.ReadAllText(Path.Combine(pair, "vocab.json"));
        IEnumerable<string> merges = File.ReadAllLines(Path.Combine(pair, "merges.txt")).Skip(1).Where(line => line.Length > 0);
        string list = JsonSerializer.Serialize(merges);
        return Encoding.UTF8.GetBytes(
            $$"""{"model":{"type":"BPE","end_of_word_suffix":"</w>","vocab":{{tokens}},"merges":{{list}}},"added_tokens":[]}"""
        );
    }

    private static void WriteVocabulary(string place)
    {
        Directory.CreateDirectory(place);
        using TemporaryFolder temporary = new();
        TinyVocabulary.Write(temporary);
        foreach (string file in Directory.GetFiles(temporary.Path))
            File.Copy(file, Path.Combine(place, Path.GetFileName(file)), overwrite: true);
    }

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Optimal))
            zip.Write(content);
        return packed.ToArray();
    }
}
