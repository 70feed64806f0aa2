using LiftPlus.Inference;

namespace LiftPlus.Tests.Inference;

public sealed class ClassNameMapTests
{
    [Theory]
    [InlineData(new[] { "red_circle", "owl" }, new[] { "owl", "red circle" }, new[] { 1, 0 })]
    [InlineData(new[] { "tree", "cafe\u0301" }, new[] { "caf\u00e9", "tree" }, new[] { 1, 0 })]
    [InlineData(new[] { "\u1112\u1161\u11ab" }, new[] { "owl", "\ud55c" }, new[] { 1 })] // Hangul
    [InlineData(new[] { "\u0921\u093c" }, new[] { "owl", "\u095c" }, new[] { 1 })] // Devanagari
    [InlineData(new[] { "ice  bear " }, new[] { "owl", "ice_bear" }, new[] { 1 })]
    public void NamesAreTheSameHoweverTheyAreWritten(string[] names, string[] model, int[] labels) =>
        Assert.Equal(labels, ClassNameMap.Match(names, model));

    [Fact]
    public void RepeatedNamesAreMatchedOnlyInTheSameOrder()
    {
        Assert.Equal([0, 1, 2], ClassNameMap.Match(["red", "red", "blue"], ["red", "red", "blue"]));
        AssertFails(["blue", "red", "red"], ["red", "red", "blue"], "'red' of the model", "0 and 1");
        AssertFails(["blue", "red", "red"], ["red", "blue"], "'red' of the dataset", "1 and 2");
        AssertFails(["ice bear", "ice_bear"], ["owl", "ice bear"], "of the dataset", "differ only in '_' and ' '");
    }

    [Fact]
    public void NamesThatAreNearlyKnownAreExplained()
    {
        AssertFails(
            ["Owl"],
            ["lynx", "owl"],
            "'Owl'",
            "'owl' and 'Owl' differ only in upper and lower case",
            "The model knows 2: 'lynx', 'owl'"
        );
        AssertFails(["wolf"], ["lynx", "owl"], "classes that the model does not know: 'wolf'. The model");
    }

    [Fact]
    public void ATestSetInAnotherOrderIsEvaluatedByName()
    {
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(8, 8, 8));
        ImageDataset test = TestWorld.Dataset(6, 5, 4);
        int[] order = [2, 0, 1]; // the new label of red, green and blue
        var permuted = new ImageDataset(test.Select(image => image with { Label = order[image.Label] }), ["green", "blue", "red"]);
        EvaluationReport expected = model.Evaluate(test),
            found = model.Evaluate(permuted);
        Assert.Equal(expected.Outcomes, found.Outcomes);
        var repeated = new ImageDataset(permuted.Images, ["green", "green", "red"]);
        Assert.Contains("'green' of the dataset", Assert.Throws<LiftPlusException>(() => model.Evaluate(repeated)).Message);
    }

    private static void AssertFails(string[] names, string[] model, params string[] parts)
    {
        string message = Assert.Throws<LiftPlusException>(() => ClassNameMap.Match(names, model)).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
