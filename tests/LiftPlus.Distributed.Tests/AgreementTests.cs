using LiftPlus.TestSupport;

namespace LiftPlus.Distributed.Tests;

/// <summary>Holds that processes that differ, fail or are cancelled end together, with the same answer.</summary>
public sealed class AgreementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatDiffersOrCannotBeSharedIsNamedByAllProcesses()
    {
        (string Case, string[] Says)[] cases =
        [
            ("lade", ["The loss 'lade' compares the images of a whole batch"]),
            ("skip", ["Training.Unreadable is Skip and Training.CheckImages is false", "Set Training.CheckImages to true."]),
            ("statistics", ["The recipe trains the statistics of batch normalizations", "leave out the method that trains them."]),
            ("whole", ["A step has 1 micro-batches (Training.AccumulationSteps), which 2 processes cannot share equally."]),
            ("rate@1", ["Process 1 does not train the same as process 0.", "Training.LearningRate: 0.05 in process 0, 0.04 now"]),
            ("data@1", ["Training set: 34 images in process 0, 35 now; classes with other counts: green (9, now 10)"]),
            ("lora@1", ["Process 1 does not train the same as process 0.", "Peft"]),
            ("full+infinite", ["NonFiniteTrainingException"]),
            ("broken@0", ["The image 'image 7 in memory' (number 7 of the dataset) could not be prepared. The image is broken."]),
            ("broken@1", ["The image 'image 7 in memory' (number 7 of the dataset) could not be prepared. The image is broken."]),
        ];
        using Job job = Job.OverSockets(2, _folder.Path, cases.Select(one => one.Case));
        Assert.False(job.Wait());
        foreach ((string name, string[] says) in cases)
        {
            for (int rank = 0; rank < 2; rank++)
            {
                string outcome = job.Outcome(name, rank);
                Assert.StartsWith("refused", outcome);
                Assert.All(says, text => Assert.Contains(text, outcome));
                if (name.StartsWith("broken", StringComparison.Ordinal) && name != $"broken@{rank}")
                    Assert.Contains($"Process {1 - rank} has ended the run: ", outcome);
            }
        }
    }

    [Theory]
    [InlineData(0, 2, 4)]
    [InlineData(1, 4, 2)]
    public void ACancelledProcessStopsAllAfterTheSameStepAndTheRunGoesOn(int cancelled, int before, int after)
    {
        string stopped = $"random+long+checkpoints+cancel@{cancelled}";
        const string resumed = "random+long+resume",
            undisturbed = "random+long";
        using (Job job = Job.OverSockets(before, _folder.Path, stopped))
        {
            Assert.False(job.Wait());
            Assert.All(Enumerable.Range(0, before), rank => Assert.StartsWith("cancelled", job.Outcome(stopped, rank)));
            int step = int.Parse(job.Outcome(stopped).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
            string newest = Directory.GetFiles(Path.Combine(_folder.Path, "run"), "*.safetensors").Max()!;
            Assert.Equal($"checkpoint-{step:D9}.safetensors", Path.GetFileName(newest));
        }

        using Job goesOn = Job.OverSockets(after, _folder.Path, undisturbed, resumed); // with another number of processes
        Assert.True(goesOn.Wait(), string.Join(Environment.NewLine, goesOn.Lines));
        Assert.Equal(goesOn.Outcome(undisturbed), goesOn.Outcome(resumed));
        Assert.Equal(goesOn.Outcome(undisturbed), goesOn.Outcome(resumed, 1));
    }

    [Fact]
    public void ATimeLimitEndsAllProcessesAtTheSameStep()
    {
        const string name = "limit";
        using Job job = Job.OverSockets(2, _folder.Path, name);
        Assert.True(job.Wait(), string.Join(Environment.NewLine, job.Lines));
        Assert.Equal(job.Outcome(name, 0), job.Outcome(name, 1));
    }
}
