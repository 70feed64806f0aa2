using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.TestSupport;
using LiftPlus.Tokenization;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares token ids with the reference, using the published vocabulary.</summary>
public sealed class TokenizerTests
{
    private static readonly JsonElement s_golden = GoldenFolder.Json("tokenizer", "tokenizer.json");
    private static readonly Lazy<ClipTokenizer?> s_tokenizer = new(() =>
        Repository.Shared("clip-vocab") is string folder
            ? ClipTokenizer.Load(folder, s_golden.GetProperty("context_length").GetInt32())
            : null
    );

    private static ClipTokenizer Tokenizer
    {
        get
        {
            Assert.SkipWhen(s_tokenizer.Value is null, "CLIP's vocabulary is not here (shared/clip-vocab).");
            return s_tokenizer.Value;
        }
    }

    [Fact]
    public void EveryTextGivesTheReferencesTokens()
    {
        ClipTokenizer tokenizer = Tokenizer;
        List<string> wrong = [];
        foreach (JsonElement item in s_golden.GetProperty("cases").EnumerateArray())
        {
            string text = item.GetProperty("text").GetString()!;
            int[] expected = Ids(item.GetProperty("ids"));
            IReadOnlyList<int> found = tokenizer.Encode(text);
            if (!found.SequenceEqual(expected))
                wrong.Add($"{JsonSerializer.Serialize(text)}: {string.Join(" ", found)}, expected {string.Join(" ", expected)}");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public void LongTextsFailOrAreTruncatedLikeTheReferences()
    {
        ClipTokenizer tokenizer = Tokenizer;
        foreach (JsonElement item in s_golden.GetProperty("too_long").EnumerateArray())
        {
            string text = item.GetProperty("text").GetString()!;
            if (item.TryGetProperty("ids", out JsonElement fits))
            {
                Assert.Equal(Ids(fits), tokenizer.Encode(text));
                continue;
            }

            string message = Assert.Throws<LiftPlusException>(() => tokenizer.Encode(text)).Message;
            Assert.Contains($"has {item.GetProperty("encoded_length").GetInt32()} tokens", message);
            Assert.Equal(Ids(item.GetProperty("ids_truncated")), tokenizer.Encode(text, truncate: true));
        }
    }

    [Fact]
    public void AShorterContextTruncatesEarlier()
    {
        _ = Tokenizer;
        JsonElement item = s_golden.GetProperty("short_context");
        ClipTokenizer tokenizer = ClipTokenizer.Load(Repository.Shared("clip-vocab")!, item.GetProperty("context_length").GetInt32());
        Assert.Equal(
            Ids(item.GetProperty("ids")),
            tokenizer.Encode(item.GetProperty("text").GetString()!, item.GetProperty("truncate").GetBoolean())
        );
    }

    [Fact]
    public void ThePublishedListOfMergesGivesTheSameTokens()
    {
        ClipTokenizer tokenizer = Tokenizer;
        Assert.SkipWhen(
            Repository.Shared("clip-vocab", "bpe_simple_vocab_16e6.txt.gz") is null,
            "OpenAI's list of merges is not here (shared/clip-vocab)."
        );
        string folder = Directory.CreateTempSubdirectory("liftplus-").FullName;
        try
        {
            File.Copy(
                Repository.Shared("clip-vocab", "bpe_simple_vocab_16e6.txt.gz")!,
                Path.Combine(folder, "bpe_simple_vocab_16e6.txt.gz")
            );
            ClipTokenizer published = ClipTokenizer.Load(folder, tokenizer.ContextLength);
            Assert.Equal(
                (tokenizer.VocabularySize, tokenizer.StartToken, tokenizer.EndToken),
                (published.VocabularySize, published.StartToken, published.EndToken)
            );
            foreach (JsonElement item in s_golden.GetProperty("cases").EnumerateArray())
            {
                string text = item.GetProperty("text").GetString()!;
                Assert.Equal(tokenizer.Encode(text), published.Encode(text));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TokenizerJsonGivesTheSameTokens(bool mergesAreArrays)
    {
        ClipTokenizer tokenizer = Tokenizer;
        using TemporaryFolder folder = new();
        IEnumerable<string> merges = File.ReadLines(Repository.Shared("clip-vocab", "merges.txt")!)
            .Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal));
        JsonObject model = new()
        {
            ["type"] = "BPE",
            ["end_of_word_suffix"] = "</w>",
            ["vocab"] = JsonNode.Parse(File.ReadAllText(Repository.Shared("clip-vocab", "vocab.json")!)),
            ["merges"] = mergesAreArrays
                ? JsonSerializer.SerializeToNode(merges.Select(merge => merge.Split(' ')))
                : JsonSerializer.SerializeToNode(merges),
        };
        folder.Write("tokenizer.json", new JsonObject { ["version"] = "1.0", ["model"] = model }.ToJsonString());
        ClipTokenizer whole = ClipTokenizer.Load(folder.Path, tokenizer.ContextLength);
        Assert.Equal((tokenizer.VocabularySize, tokenizer.EndToken), (whole.VocabularySize, whole.EndToken));
        foreach (JsonElement item in s_golden.GetProperty("cases").EnumerateArray())
            Assert.Equal(Ids(item.GetProperty("ids")), whole.Encode(item.GetProperty("text").GetString()!));
    }

    [Fact]
    public void TheTensorIsPaddedWithZeros()
    {
        ClipTokenizer tokenizer = Tokenizer;
        using Tensor tokens = tokenizer.Tokenize(["a photo of a cat.", ""]);
        Assert.Equal([2, tokenizer.ContextLength], tokens.shape);
        long[] values = tokens.data<long>().ToArray();
        int[] first = [.. tokenizer.Encode("a photo of a cat.")];
        Assert.Equal(first.Select(id => (long)id), values[..first.Length]);
        Assert.All(values[first.Length..tokenizer.ContextLength], id => Assert.Equal(0, id));
        Assert.Equal(
            [s_golden.GetProperty("sot").GetInt64(), s_golden.GetProperty("eot").GetInt64(), 0],
            values[tokenizer.ContextLength..][..3]
        );
    }

    private static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];
}
