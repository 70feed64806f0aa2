using System.Text;
using LiftPlus.Decisions;

namespace LiftPlus.Tests.Decisions;

public sealed class PolicyJsonTests
{
    private static readonly TailWorld s_world = new(1, classes: 4);

    [Theory]
    [InlineData(SetScore.PrevalenceAdjusted)]
    [InlineData(SetScore.Softmax)]
    [InlineData(SetScore.Interpolated)]
    public void AWrittenPolicyDecidesAsBefore(SetScore kind)
    {
        PredictionPolicy policy = Fit(new PredictionPolicyOptions { SetScore = kind, Coverage = 0.8 }) with
        {
            Prior = [0.1, 0.2, 0.3, 0.4],
        };
        PredictionPolicy read = Read(PolicyJson.Write(policy));
        ScoredImages images = s_world.Draw(20);
        for (int row = 0; row < 20; row++)
        {
            Decision a = policy.Decide(images.Logits[row], []),
                b = read.Decide(images.Logits[row], []);
            Assert.Equal(a.Probabilities, b.Probabilities);
            Assert.Equal(a.Set, b.Set);
            Assert.Equal(a.Unknown, b.Unknown);
        }

        Assert.Equal(policy.Mix!.Covariance, read.Mix!.Covariance);
    }

    [Fact]
    public void ForOtherRuntimesThePolicyHasNoThresholdThatNeedsFeatures()
    {
        PredictionPolicyOptions options = new() { UnknownMeasure = UnknownMeasure.NeighborDistance };
        PredictionPolicy policy = Fit(options);
        Assert.NotNull(policy.UnknownThreshold);
        PredictionPolicy read = Read(PolicyJson.Write(policy, isInFolder: false));
        Assert.Null(read.UnknownThreshold);
        Assert.Null(read.Decide(s_world.Draw(1).Logits[0], []).Unknown);
        Assert.NotNull(Read(PolicyJson.Write(Fit(new PredictionPolicyOptions()), isInFolder: false)).UnknownThreshold);
    }

    [Theory]
    [InlineData("\"temperature\": ", "\"temperature\": -", "Temperature[0] is -")]
    [InlineData("\"temperature\": ", "\"temperature\": 1, \"x\": ", "could not be mapped")]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2", "schemaVersion is 2")]
    [InlineData("\"coverage\": 0.9", "\"coverage\": 1.9", "Coverage")]
    [InlineData("\"setThresholds\": [", "\"setThresholds\": [0, ", "SetThresholds has 2 values; it must have 1")]
    [InlineData("\"reference\": [", "\"reference\": [0.5, ", "Reference has 5 values; it must have 4")]
    [InlineData("\"trainingImages\": [", "\"trainingImages\": [7, ", "trainingImages has 5 classes, and the model has 4")]
    [InlineData("\"trainingImages\": [", "\"trainingImages\": [\"a\", ", "$.trainingImages[0]")]
    [InlineData("\"priorStrength\": 1", "\"priorStrength\": 100", "PriorStrength[0] is 100")]
    [InlineData("\"mean\": [", "\"mean\": [0, ", "Mix.Mean has 5 values")]
    [InlineData("{", "", "policy.json")]
    [InlineData("\"options\": {", "\"options\": null, \"y\": {", "policy.json")]
    public void ADamagedPolicySaysWhereAndWhatToDo(string found, string replacement, string expected)
    {
        string json = PolicyJson.Write(Fit(new PredictionPolicyOptions()));
        int place = json.IndexOf(found, StringComparison.Ordinal);
        Assert.True(place >= 0, json);
        string damaged = json[..place] + replacement + json[(place + found.Length)..];
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => Read(damaged));
        Assert.Contains(expected, error.Message);
        Assert.StartsWith("folder/policy.json", error.Message);
        Assert.Contains("Fit the policy again", error.Message);
    }

    [Fact]
    public void APolicyThatIsCutShortAnywhereIsALiftPlusException()
    {
        byte[] json = Encoding.UTF8.GetBytes(PolicyJson.Write(Fit(new PredictionPolicyOptions())));
        for (int length = 0; length < json.Length - 1; length += 7)
            Assert.Throws<LiftPlusException>(() => PolicyJson.Read(json.AsSpan(0, length), "policy.json", s_world.Classes.Names));
    }

    [Fact]
    public void AMissingOrMisshapenTensorIsNamed()
    {
        Dictionary<string, Rows> arrays = [];
        Assert.Contains(
            "'basis' is missing",
            Assert.Throws<LiftPlusException>(() => UnknownDetector.From(UnknownMeasure.VirtualLogit, 1, arrays, 3)).Message
        );
        arrays[VirtualLogit.Basis] = new Rows([1, 0], 2);
        Assert.Contains(
            "'basis' has the shape (1, 2); it must be (N, 3)",
            Assert.Throws<LiftPlusException>(() => UnknownDetector.From(UnknownMeasure.VirtualLogit, 1, arrays, 3)).Message
        );
        arrays[VirtualLogit.Basis] = new Rows([1, float.NaN, 0], 3);
        Assert.Contains(
            "not a finite number",
            Assert.Throws<LiftPlusException>(() => UnknownDetector.From(UnknownMeasure.VirtualLogit, 1, arrays, 3)).Message
        );
    }

    private static PredictionPolicy Read(string json) =>
        PolicyJson.Read(Encoding.UTF8.GetBytes(json), "folder/policy.json", s_world.Classes.Names);

    private static PredictionPolicy Fit(PredictionPolicyOptions options) =>
        PolicyFit.Fit(
            s_world.Draw(100),
            options.UnknownMeasure is null ? null : s_world.Draw(100),
            s_world.Classes,
            new double[4],
            options
        );
}
