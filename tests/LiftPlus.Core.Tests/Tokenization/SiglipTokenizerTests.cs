using LiftPlus.Core.Tests.Backbones;
using LiftPlus.Tokenization;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Tokenization;

/// <summary>The tokenizers of SigLIP and SigLIP 2, on vocabularies whose ids can be told by hand.</summary>
public sealed class SiglipTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a cat", new[] { 3, 4, 1 })]
    [InlineData("  A \t Cat! ", new[] { 3, 4, 1 })]
    [InlineData("a-cat", new[] { 3, 6, 7, 8, 1 })]
    [InlineData("ЖЖ", new[] { 5, 2, 1 })]
    [InlineData("cat ЖЗИ cat", new[] { 4, 5, 2, 4, 1 })]
    [InlineData("", new[] { 1 })]
    public void SiglipsTextsLosePunctuationAndUnknownRunsAreOneToken(string text, int[] expected) =>
        Assert.Equal(expected, Load(TinySentencePieces.Unigram).Encode(text));

    [Fact]
    public void OpenClipTurnsUnderscoresIntoBlanks()
    {
        Assert.Equal([3, 4, 1], Load(TinySentencePieces.Unigram, isOpenClip: true).Encode("a_cat"));
        Assert.Equal([3, 6, 7, 8, 1], Load(TinySentencePieces.Unigram).Encode("a_cat"));
    }

    [Theory]
    [InlineData("A Cat", new[] { 261, 266, 1 })]
    [InlineData("cat", new[] { 265, 1 })]
    [InlineData("Ж", new[] { 4 + 0xD0, 4 + 0xB6, 1 })]
    [InlineData("a!", new[] { 261, 4 + '!', 1 })]
    public void Siglip2sTextsAreLowerCaseAndUnknownCharactersAreBytes(string text, int[] expected) =>
        Assert.Equal(expected, Load(TinySentencePieces.BytePairs).Encode(text));

    [Fact]
    public void TextsArePaddedAndCutToThePlacesOfTheTextEncoder()
    {
        using Tensor siglip = Load(TinySentencePieces.Unigram).Tokenize(["a cat"]),
            second = Load(TinySentencePieces.BytePairs).Tokenize(["a cat"]);
        Assert.Equal([3L, 4, 1, 1, 1], siglip.data<long>().ToArray());
        Assert.Equal([261L, 266, 1, 0, 0], second.data<long>().ToArray());
        SiglipTokenizer tokenizer = Load(TinySentencePieces.Unigram);
        Assert.Contains("has 7 tokens", Assert.Throws<LiftPlusException>(() => tokenizer.Encode("a a a a a a")).Message);
        Assert.Equal([3, 3, 3, 3, 1], tokenizer.Encode("a a a a a a", truncate: true));
    }

    // A model with no start token, as all of T5's kind: the file says -1.
    [Fact]
    public void ASentencePieceModelWithoutAStartTokenIsRead()
    {
        File.WriteAllText(_folder["tokenizer.json"], TinySentencePieces.Unigram);
        byte[] model = SentencePieceJson.ToModel(JsonFile.Open(_folder["tokenizer.json"]));
        byte[] start = [0xC8, 0x02, 0x02]; // field 41
        int at = model.AsSpan().IndexOf(start);
        byte[] without = [.. model[..(at + 2)], .. Enumerable.Repeat((byte)0xFF, 9), 0x01, .. model[(at + 3)..]];
        int length = Array.LastIndexOf(without, (byte)0x12, at); // of the message around it: field 2
        without[length + 1] += 9;
        File.WriteAllBytes(_folder["spiece.model"], without);
        SiglipTokenizer tokenizer = SiglipTokenizer.Load(_folder.Path, 5, isOpenClip: false, truncates: false);
        Assert.Equal(_folder["spiece.model"], Assert.Single(tokenizer.Files)); // before tokenizer.json
        Assert.Equal([3, 4, 1], tokenizer.Encode("a cat"));
    }

    // Field 2 is the trainer's message, in which field 3 is a number.
    [Theory]
    [InlineData(new byte[] { 0x12, 0x05, 0x18 }, "field 2 takes 5 bytes, but 1 are left in the model")]
    [InlineData(new byte[] { 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F }, "are left in the model")]
    [InlineData(new byte[] { 0x12, 0x02, 0x18, 0x80 }, "in the trainer's settings, at byte 2: a number goes beyond the end")]
    [InlineData(new byte[] { 0x12, 0x02, 0x1D, 0x01 }, "field 3 takes 4 bytes, but 1 are left in the trainer's settings")]
    [InlineData(new byte[] { 0x12, 0x02, 0x1A, 0x00 }, "field 3 has the wire type 2; it should be 0")]
    [InlineData(new byte[] { 0x13 }, "which a SentencePiece model does not use")]
    [InlineData(new byte[] { 0x00, 0x00 }, "the number of a field is 0, which no message has")]
    [InlineData(new byte[] { 0x80 }, "a number goes beyond the end")]
    public void ADamagedSentencePieceModelIsRefusedWithThePlace(byte[] bytes, string expected)
    {
        File.WriteAllBytes(_folder["spiece.model"], bytes);
        string message = Assert
            .ThrowsAny<LiftPlusException>(() => SiglipTokenizer.Load(_folder.Path, 5, isOpenClip: false, truncates: false))
            .Message;
        Assert.Contains(_folder["spiece.model"], message);
        Assert.Contains(expected, message);
        Assert.Contains("not a SentencePiece model", message);
    }

    // The library recurses once for each byte of a piece, and a stack overflow ends the process.
    [Fact]
    public void APieceIsAtMostAsLongAsTheStackAllows()
    {
        Assert.NotEmpty(Load(With(new string('a', 1000))).Encode("a cat"));
        string message = Assert.Throws<LiftPlusException>(() => Load(With(new string('a', 200_000)))).Message;
        Assert.Contains("piece 3 has 200", message);
        Assert.Contains("1024 are the most", message);

        static string With(string piece) => TinySentencePieces.Unigram.Replace(@"\u2581a""", $"{piece}\"");
    }

    [Theory]
    [InlineData("{}", "it has no model")]
    [InlineData("""{"model":{"type":"WordPiece"}}""", "its model is 'WordPiece'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]}}""", "its model is 'BPE'")]
    [InlineData("""{"model":{"type":"BPE","byte_fallback":true,"vocab":{"<unk>":0}}}""", "no list 'merges'")]
    [InlineData("""{"model":{"type":"BPE","byte_fallback":true,"vocab":{"<unk>":0},"merges":null}}""", "no list 'merges'")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0]]}}""", "no end token")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>"]]}}""", "is not a text and a score")]
    public void AnotherVocabularyIsRefused(string json, string expected)
    {
        string message = Assert.Throws<LiftPlusException>(() => Load(json)).Message;
        Assert.Contains(_folder["tokenizer.json"], message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void ABackboneHasTheTokenizerBesideItsWeights()
    {
        using (Backbone saved = new(TinyBackbones.SiglipText))
        {
            saved.Initialize(1);
            saved.Save(_folder["model"]);
        }

        using (Backbone bare = Backbone.Load(_folder["model"]))
        {
            Assert.Null(bare.Tokenizer);
            Assert.Contains("There is no vocabulary beside the weights (spiece.model", Assert.Single(bare.Origin!.Remarks));
        }

        File.WriteAllText(Path.Combine(_folder["model"], "tokenizer.json"), TinySentencePieces.BytePairs);
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Equal([261, 266, 1], loaded.RequireTokenizer().Encode("A cat"));
        Assert.Empty(loaded.Origin!.Remarks);
        using IDisposable noGrad = no_grad();
        using Tensor tokens = loaded.RequireTokenizer().Tokenize(["a cat", "a"]),
            texts = loaded.ProjectText(loaded.EncodeText(tokens)),
            images = randn(3, 3, 30, 30),
            features = loaded.ProjectImage(loaded.EncodeImage(images)),
            logits = loaded.Logits(features, texts);
        Assert.Equal([3, 2], logits.shape);

        loaded.Save(_folder["again"]);
        using Backbone again = Backbone.Load(_folder["again"]);
        Assert.Equal(loaded.Tokenizer!.Sha256, again.Tokenizer!.Sha256);
    }

    private SiglipTokenizer Load(string json, bool isOpenClip = false)
    {
        File.WriteAllText(_folder["tokenizer.json"], json);
        return SiglipTokenizer.Load(_folder.Path, contextLength: 5, isOpenClip, truncates: false);
    }
}
