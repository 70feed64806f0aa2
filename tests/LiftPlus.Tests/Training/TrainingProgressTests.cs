using System.Globalization;

namespace LiftPlus.Tests.Training;

public class TrainingProgressTests
{
    [Fact]
    public void ToString_IsOneLineForEveryPhase()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
        try
        {
            var training = new TrainingProgress
            {
                Phase = TrainingPhase.Training,
                Epoch = 2,
                Epochs = 5,
                Done = 40,
                Total = 160,
                Loss = 1.2346,
                Accuracy = 61.26,
                ImagesPerSecond = 14.26,
                Remaining = TimeSpan.FromSeconds(3723),
            };
            Assert.Equal("Training: 25 %, epoch 2/5, loss 1.235, accuracy 61.3 %, 14.3 images/s, 1:02:03 left", training.ToString());
            Assert.EndsWith(
                ", in 0:07",
                (training with { Done = 160, Elapsed = TimeSpan.FromSeconds(7) }).ToString(),
                StringComparison.Ordinal
            );
            var downloading = new TrainingProgress
            {
                Phase = TrainingPhase.Downloading,
                Done = 150_000_000,
                Total = 600_000_000,
            };
            Assert.Equal("Downloading: 25 %, 150 of 600 MB, 0:00", downloading.ToString());
            var checking = new TrainingProgress
            {
                Phase = TrainingPhase.Checking,
                Done = 1500,
                Total = 3000,
                Elapsed = TimeSpan.FromSeconds(62),
            };
            Assert.Equal("Checking: 50 %, 1,500 of 3,000 images, 1:02", checking.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ToString_HasAtMost100Characters()
    {
        foreach (TrainingPhase phase in Enum.GetValues<TrainingPhase>())
        {
            var extreme = new TrainingProgress
            {
                Phase = phase,
                Epoch = 10_000,
                Epochs = 10_000,
                Done = long.MaxValue,
                Total = long.MaxValue,
                Loss = double.MaxValue,
                Accuracy = 100,
                ImagesPerSecond = double.MaxValue,
                Remaining = TimeSpan.MaxValue,
                Elapsed = TimeSpan.MaxValue,
            };
            Assert.InRange(extreme.ToString().Length, 1, 100);
            Assert.DoesNotContain('\n', extreme.ToString());
            Assert.InRange((extreme with { Loss = double.NaN, Total = 0 }).ToString().Length, 1, 100);
        }
    }
}
