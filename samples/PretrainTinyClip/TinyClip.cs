using LiftPlus.Backbones;

namespace LiftPlus.Samples.Pretraining;

/// <summary>The sizes of the sample's own CLIP.</summary>
internal static class TinyClip
{
    public const int ImageSize = 32;

    public const int ContextLength = 32;

    /// <summary>
    /// Four blocks of width 128 see 17 tokens: an image costs 27 MFLOP forward. With 64 classes LIFT+ puts 4 adapters of rank 8 and a
    /// 64 x 128 head on it, about 1.4 % of the parameters.
    /// </summary>
    public static BackboneConfig Config(int vocabularySize) =>
        new()
        {
            Name = "TinyClip",
            Image = new VisionTransformerConfig
            {
                ImageSize = ImageSize,
                PatchSize = 8,
                Width = 128,
                Depth = 4,
                Heads = 2,
                HiddenSize = 512,
            },
            Text = new TextTransformerConfig
            {
                ContextLength = ContextLength,
                VocabularySize = vocabularySize,
                Width = 128,
                Depth = 2,
                Heads = 2,
                HiddenSize = 512,
            },
            EmbedDimension = 128,
            Preprocess = new PreprocessConfig { ImageSize = ImageSize },
        };
}

/// <summary>How TinyClip is trained.</summary>
internal sealed record PretrainingOptions
{
    public int Seed { get; init; }

    /// <summary>Optimiser steps.</summary>
    public int Steps { get; init; } = 1500;

    /// <summary>Images in a batch, all of different things, so that no caption fits another image of the batch.</summary>
    public int BatchSize { get; init; } = 252;

    /// <summary>Images drawn of each of the world's 1008 things.</summary>
    public int ImagesPerThing { get; init; } = 48;

    /// <summary>Peak learning rate, after a warm-up of a twentieth of the steps and before a cosine to 0.</summary>
    public double LearningRate { get; init; } = 1.5e-3;

    public double WeightDecay { get; init; } = 0.05;

    public double RateAt(int step)
    {
        double warmUp = Steps / 20.0;
        return step < warmUp
            ? LearningRate * (step + 1) / (warmUp + 1)
            : LearningRate / 2 * (1 + Math.Cos(Math.PI * (step - warmUp) / (Steps - warmUp)));
    }
}
