using LiftPlus.Data;
using LiftPlus.Models;
using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

public sealed class ImageCacheFitTests : IDisposable
{
    private const int Count = 12,
        Epochs = 3;

    private readonly string _folder = TestWorld.TemporaryFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fit_WithACache_DecodesOnce_AndGivesTheSameModel()
    {
        ImageDataset train = Files();
        CountingDecoder plain = new(),
            cached = new();
        float[] expected = Fit(plain, builder => builder),
            got = Fit(cached, builder => builder.UseImageCache());
        Assert.Equal(expected, got);
        Assert.Equal((Epochs * Count, Count), (plain.Decoded, cached.Decoded));

        float[] Fit(IImageDecoder decoder, Func<LongTailFineTunerBuilder, LongTailFineTunerBuilder> change)
        {
            using FineTunedModel model = change(
                    TestWorld
                        .Builder()
                        .UseEpochs(Epochs)
                        .UseDecoder(decoder)
                        .UseTraining(t => t with { CheckImages = false })
                        .UseCosineClassifier(25, ClassifierInitialization.None)
                )
                .Build()
                .Fit(train);
            return
            [
                .. TrainableParameters
                    .Get(model.Backbone, model.Classifier)
                    .SelectMany(entry => entry.Parameter.detach().cpu().data<float>().ToArray()),
            ];
        }
    }

    private ImageDataset Files()
    {
        var images = new List<LabeledImage>();
        for (int i = 0; i < Count; i++)
        {
            using var image = new SKBitmap(20 + i, 24);
            image.Erase(new SKColor((byte)(20 * i), 90, (byte)(255 - 20 * i)));
            using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
            string path = Path.Combine(_folder, $"{i}.png");
            File.WriteAllBytes(path, png.ToArray());
            images.Add(new LabeledImage(path, i % 3));
        }

        return new ImageDataset(images, TestWorld.Names);
    }
}
