using LiftPlus.Backbones;

namespace LiftPlus.Samples.Pretraining;

/// <summary>Describes the architecture of TinyClip.</summary>
internal static class TinyClip
{
    public const int ImageSize = 32;

    public const int ContextLength = 32;

    /// <summary>
    /// Describes four blocks of width 128 over 17 tokens: the forward pass of an image takes 27 MFLOP. For 64 classes, LIFT+ adds 4
    /// adapters of rank 8 and a 64 x 128 classifier, about 1.4 % of the parameters.
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

/// <summary>Represents how TinyClip is trained.</summary>
internal sealed record PretrainingOptions
{
    public int Seed { get; init; }

    /// <summary>Gets the number of optimiser steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Gets the images per batch. They show different things, so that a caption fits only its own image.</summary>
    public int BatchSize { get; init; } = 252;

    /// <summary>Gets the number of images of each of the 1008 things of the world.</summary>
    public int ImagesPerThing { get; init; } = 48;

    /// <summary>Gets the peak learning rate. It follows a warm-up over 5 % of the steps and falls to 0 along a cosine.</summary>
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
