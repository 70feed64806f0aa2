using System.Text.Json.Nodes;
using LiftPlus.Tokenization;

namespace LiftPlus.Core.Tests.Tokenization;

public sealed class TokenizerJsonTests : IDisposable
{
    private readonly TemporaryFolder _pair = new(),
        _whole = new();

    public void Dispose()
    {
        _pair.Dispose();
        _whole.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TokensAreThoseOfTheTwoFiles(bool mergesAreArrays)
    {
        ClipTokenizer pair = TinyVocabulary.Write(_pair),
            whole = Load(TinyVocabulary.Whole(mergesAreArrays));
        Assert.Equal(
            (pair.VocabularySize, pair.StartToken, pair.EndToken, pair.ContextLength),
            (whole.VocabularySize, whole.StartToken, whole.EndToken, whole.ContextLength)
        );
        foreach (string text in (string[])["", "cats and dogs", "DOING 42 cat's", "naïve ÉCLAIR®", "日本 <|endoftext|> x", "doing in g"])
            Assert.Equal(pair.Encode(text, truncate: true), whole.Encode(text, truncate: true));
    }

    [Fact]
    public void SpecialTokensMayBeInTheVocabularyItself()
    {
        JsonObject file = TinyVocabulary.Whole(mergesAreArrays: true);
        file["model"]!["vocab"]!["<|startoftext|>"] = TinyVocabulary.End - 1;
        file["model"]!["vocab"]!["<|endoftext|>"] = TinyVocabulary.End;
        file.Remove("added_tokens");
        file.Remove("normalizer");
        Assert.Equal(TinyVocabulary.Write(_pair).Encode("a cat"), Load(file).Encode("a cat"));
    }

    [Fact]
    public void TheTwoFilesComeFirst()
    {
        TinyVocabulary.Write(_whole);
        _whole.Write("tokenizer.json", "{");
        Assert.Equal(TinyVocabulary.End, ClipTokenizer.Load(_whole.Path).EndToken);
        File.Delete(_whole["merges.txt"]);
        Assert.Contains("tokenizer.json", Assert.Throws<LiftPlusException>(() => ClipTokenizer.Load(_whole.Path)).Message);
        _whole.Write("tokenizer.json", TinyVocabulary.Whole(mergesAreArrays: true).ToJsonString());
        Assert.Equal(TinyVocabulary.End, ClipTokenizer.Load(_whole.Path).EndToken);
    }

    [Theory]
    [InlineData("model.type", "\"Unigram\"", "its model is 'Unigram' and not BPE")]
    [InlineData("model.end_of_word_suffix", "null", "its 'end_of_word_suffix' is '' and not '</w>'")]
    [InlineData("model.continuing_subword_prefix", "\"##\"", "its 'continuing_subword_prefix' is '##'")]
    [InlineData("model.byte_fallback", "true", "it falls back to bytes")]
    [InlineData("model.vocab", "null", "it has no BPE model")]
    [InlineData("model", "null", "it has no BPE model")]
    [InlineData("normalizer", """{"type":"NFC"}""", "its normalizer keeps capital letters")]
    [InlineData("model.merges", """[["c","q"]]""", "merge 1, 'c q', is not a pair")]
    [InlineData("model.merges", """["c a",["ca","t</w>","x"]]""", "merge 2, 'ca t</w> x', is not a pair")]
    [InlineData("model.merges", """[7]""", "merge 1, '', is not a pair")]
    [InlineData("model.merges", "{}", "'model.merges' should be an array")]
    [InlineData("model.vocab.zzz", "3", "its number 3 occurs twice")]
    [InlineData("model.vocab.zzz", "9999", "without a gap")]
    [InlineData("added_tokens", """[{"id":519,"content":"<mask>"}]""", "token '<|startoftext|>' is missing")]
    public void AnotherOrDamagedTokenizerIsNamed(string place, string value, string expected)
    {
        JsonNode file = TinyVocabulary.Whole(mergesAreArrays: true);
        string[] parts = place.Split('.');
        JsonNode parent = file;
        foreach (string part in parts[..^1])
            parent = parent[part]!;
        parent[parts[^1]] = JsonNode.Parse(value);
        string message = Assert.Throws<LiftPlusException>(() => Load(file)).Message;
        Assert.Contains(expected, message);
        Assert.Contains(_whole["tokenizer.json"], message);
    }

    // The numbers up to 518 are those of 256 bytes, the same at the end of a word, and 7 merges.
    private ClipTokenizer Load(JsonNode file)
    {
        _whole.Write("tokenizer.json", file.ToJsonString());
        return ClipTokenizer.Load(_whole.Path, 9);
    }
}
