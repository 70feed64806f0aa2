using LiftPlus.Layers;

namespace LiftPlus.Parity.Tests;

/// <summary>
/// Every fine-tuning method against the authors' implementation: the same trained tensors by name, order and shape; with the stored values
/// in them, the same features, logits, loss and gradients.
/// </summary>
public sealed class PeftParityTests(ITestOutputHelper output)
{
    public static TheoryData<string> Cases => [.. PeftCase.All];

    [Fact]
    public void Every_case_of_the_folder_has_a_test()
    {
        foreach (string name in PeftCase.All)
            _ = new PeftCase(name); // fails on options that no test translates
        output.WriteLine($"golden/peft: {PeftCase.All.Count} cases.");
        Assert.NotEmpty(PeftCase.All);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Matches_the_reference(string name) => new PeftCaseCheck(new PeftCase(name), GoldenPlace.Cpu).Run();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Matches_the_reference_with_products_as_convolutions(string name)
    {
        using IDisposable products = LinearProducts.Use(ProductForms.Convolution);
        new PeftCaseCheck(new PeftCase(name), GoldenPlace.Cpu).Run();
    }
}
