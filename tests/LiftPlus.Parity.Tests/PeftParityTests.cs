using LiftPlus.Layers;

namespace LiftPlus.Parity.Tests;

/// <summary>
/// Compares every fine-tuning method with the authors' implementation: names, order and shapes of the trained tensors, and, with the stored
/// values, features, logits, loss and gradients.
/// </summary>
public sealed class PeftParityTests(ITestOutputHelper output)
{
    public static TheoryData<string> Cases => [.. PeftCase.All];

    [Fact]
    public void EveryCaseOfTheFolderHasATest()
    {
        foreach (string name in PeftCase.All)
            _ = new PeftCase(name); // fails on options that no test translates
        output.WriteLine($"golden/peft: {PeftCase.All.Count} cases.");
        Assert.NotEmpty(PeftCase.All);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MatchesTheReference(string name) => new PeftCaseCheck(new PeftCase(name), GoldenPlace.Cpu).Run();

    [Theory]
    [MemberData(nameof(Cases))]
    public void MatchesTheReferenceWithProductsAsConvolutions(string name)
    {
        using IDisposable products = LinearProducts.Use(() => LinearProducts.Convolution);
        new PeftCaseCheck(new PeftCase(name), GoldenPlace.Cpu).Run();
    }
}
