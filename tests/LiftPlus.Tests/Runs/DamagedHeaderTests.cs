using System.Security.Cryptography;
using System.Text;
using LiftPlus.Runs;
using LiftPlus.TestSupport;
using LiftPlus.Weights;

namespace LiftPlus.Tests.Runs;

/// <summary>Checkpoints whose header was changed together with its hash.</summary>
public sealed class DamagedHeaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _sound;

    public DamagedHeaderTests()
    {
        using (
            TestWorld
                .Builder()
                .UseEpochs(1)
                .UseCheckpoints(_folder["run"], new CheckpointOptions { EverySteps = 1 })
                .Build()
                .Fit(TestWorld.Dataset(3, 2, 2))
        )
        using (Safetensors file = Safetensors.Open(Directory.GetFiles(_folder["run"], "checkpoint-*.safetensors")[0]))
            _sound = file.Metadata["liftplus"];
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"Std\":[0.5,", "\"Std\":[1e999,", "finite")]
    [InlineData("\"Std\":[0.5,", "\"Std\":[null,", "")]
    [InlineData("\"Classes\":[\"red\",", "\"Classes\":[null,", "missing")]
    [InlineData("\"Classes\":[\"red\",", "\"Classes\":[\"\\ud800\",", "half of a surrogate pair")]
    [InlineData("\"Counts\":[3,", "\"Counts\":[3,4,5,6,7,", "do not fit together")]
    public void TheyAreRefused(string sound, string damaged, string expected)
    {
        Assert.Contains(sound, _sound);
        string header = _sound.Replace(sound, damaged, StringComparison.Ordinal);
        string path = _folder["checkpoint"];
        Safetensors.Write(
            path,
            [],
            new Dictionary<string, string>
            {
                ["liftplus"] = header,
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(header))),
            }
        );
        Assert.Contains(expected, Assert.Throws<LiftPlusException>(() => TrainingCheckpoint.Open(path)).Message);
    }
}
