using System.Text.Json;
using LiftPlus.TestSupport;
using LiftPlus.Tokenization;

namespace LiftPlus.Parity.Tests.Modern;

/// <summary>Compares the tokenizers of SigLIP and SigLIP 2 with the sentencepiece library, id by id.</summary>
public sealed class ModernTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("siglip_like", "hf", "spiece.model", false)]
    [InlineData("siglip_like", "open_clip", "spiece.model", true)]
    [InlineData("siglip2_like", "lower_only", "tokenizer.model", false)]
    [InlineData("siglip2_like", "open_clip", "tokenizer.model", true)]
    public void EveryTextHasTheReferencesIds(string model, string form, string file, bool isOpenClip)
    {
        Assert.SkipWhen(ModernGolden.Root is null, $"The modern golden set is not here ({ModernGolden.Variable}).");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(ModernGolden.PathOf("tokenizers2.json")));
        JsonElement golden = document.RootElement,
            part = golden.GetProperty(model);
        int context = golden.GetProperty("context").GetInt32();
        File.Copy(ModernGolden.PathOf(part.GetProperty("model").GetString()!), _folder[file]);
        SiglipTokenizer tokenizer = SiglipTokenizer.Load(_folder.Path, context, isOpenClip, truncates: true);
        Assert.Equal(part.GetProperty("pieces").GetInt32(), tokenizer.VocabularySize);
        string[] texts = [.. golden.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];
        JsonElement[] wanted = [.. part.GetProperty("forms").GetProperty(form).EnumerateArray()];
        Assert.Equal(texts.Length, wanted.Length);
        using var tokens = tokenizer.Tokenize(texts);
        long[] found = tokens.data<long>().ToArray();
        foreach ((int i, string text) in texts.Index())
        {
            long[] ids = [.. wanted[i].GetProperty("ids").EnumerateArray().Select(id => id.GetInt64())];
            Assert.True(
                ids.SequenceEqual(found[(i * context)..((i + 1) * context)]),
                $"'{text}': {string.Join(' ', found[(i * context)..((i + 1) * context)])}, wanted {string.Join(' ', ids)}."
            );
        }
    }
}
