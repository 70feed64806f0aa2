using System.Text.Json.Nodes;

namespace LiftPlus.Core.Tests.Backbones;

/// <summary>What a backbone says when the vocabulary of its text encoder is another file, of another kind, or missing.</summary>
public sealed class VocabularyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public VocabularyTests()
    {
        using Backbone backbone = new(TinyBackbones.Clip);
        backbone.Initialize(1);
        backbone.Save(_folder["model"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TokenizerJsonIsEnough()
    {
        Write(TinyVocabulary.Whole(mergesAreArrays: true));
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Equal(TinyVocabulary.End, loaded.RequireTokenizer().EndToken);
        Assert.Empty(loaded.Origin!.Remarks);
        loaded.Save(_folder["copy"]);
        using Backbone copied = Backbone.Load(_folder["copy"]);
        Assert.Equal(loaded.Tokenizer!.Encode("a cat"), copied.RequireTokenizer().Encode("a cat"));
    }

    [Fact]
    public void AMissingVocabularyIsRemarkedOn()
    {
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Null(loaded.Tokenizer);
        string remark = Assert.Single(loaded.Origin!.Remarks);
        Assert.StartsWith("There is no vocabulary beside the weights (vocab.json and merges.txt, or tokenizer.json)", remark);
        Assert.Contains("classifiers start from class means, not from class names", remark);
    }

    [Fact]
    public void AVocabularyOfAnotherKindIsRemarkedOnAndRefusedWhereItIsAskedFor()
    {
        JsonObject file = TinyVocabulary.Whole(mergesAreArrays: true);
        file["model"]!["type"] = "Unigram";
        Write(file);
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Null(loaded.Tokenizer);
        Assert.Contains("tokenizer.json is not a vocabulary of CLIP: its model is 'Unigram'", Assert.Single(loaded.Origin!.Remarks));
        BackboneLoadOptions named = new() { VocabularyFolder = _folder["model"] };
        Assert.Contains("'Unigram'", Assert.Throws<LiftPlusException>(() => Backbone.Load(_folder["model"], named)).Message);
    }

    private void Write(JsonNode tokenizer) => File.WriteAllText(Path.Combine(_folder["model"], "tokenizer.json"), tokenizer.ToJsonString());
}
