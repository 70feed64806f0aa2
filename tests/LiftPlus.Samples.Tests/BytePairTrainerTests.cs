using LiftPlus.Samples.Pretraining;
using LiftPlus.Tokenization;

namespace LiftPlus.Samples.Tests;

public sealed class BytePairTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vocabulary").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void HasClipsLayoutOfIds()
    {
        BytePairTrainer trainer = new(["a red red cat"], maxMerges: 100);
        Assert.Equal(["!", "\"", "#"], trainer.Vocabulary.Take(3));
        Assert.Equal("!</w>", trainer.Vocabulary[256]);
        Assert.Equal(["<|startoftext|>", "<|endoftext|>"], trainer.Vocabulary.TakeLast(2));
        Assert.Distinct(trainer.Vocabulary);
    }

    [Fact]
    public void MergesTheMostFrequentPairFirstAndStopsWhenWordsAreWhole()
    {
        BytePairTrainer trainer = new(["red red cat"], maxMerges: 100);
        // Twice: e d</w> and r e; "e d</w>" sorts first. Then r ed</w>, then "cat" from its end: a t</w> before c a.
        Assert.Equal(["ed</w>", "red</w>", "at</w>", "cat</w>"], trainer.Vocabulary.Skip(512).Take(4));
        Assert.Equal(512 + 4 + 2, trainer.Vocabulary.Count);
    }

    [Fact]
    public void TheLibrarysTokenizerReadsItAndGivesWholeWords()
    {
        BytePairTrainer trainer = new(["a photo of a striped red triangle.", "a Red circle"], maxMerges: 100);
        trainer.Save(_folder);
        ClipTokenizer tokenizer = ClipTokenizer.Load(_folder, contextLength: 16);
        string[] tokens = [.. tokenizer.Encode("a photo of a RED circle.").Select(id => trainer.Vocabulary[id])];
        Assert.Equal(
            ["<|startoftext|>", "a</w>", "photo</w>", "of</w>", "a</w>", "red</w>", "circle</w>", ".</w>", "<|endoftext|>"],
            tokens
        );
    }

    [Fact]
    public void UnseenWordsFallBackToPieces()
    {
        new BytePairTrainer(["red"], maxMerges: 100).Save(_folder);
        ClipTokenizer tokenizer = ClipTokenizer.Load(_folder, contextLength: 16);
        Assert.Equal(2 + 4, tokenizer.Encode("blue").Count); // b l u e</w>
    }
}
