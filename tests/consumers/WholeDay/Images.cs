using LiftPlus;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace WholeDay;

/// <summary>Takes images from other places than folders.</summary>
internal static class Images
{
    public static async Task<string> Database(Desk desk)
    {
        Row[] rows =
        [
            .. desk.Train.Select(image => new Row(desk.Train.Classes.Names[image.Label], Path.Combine(desk["train"], image.Name))),
        ];
        ImageDataset images = ImageDataset.From(rows, row => row.Species, (row, stop) => row.OpenAsync(stop), name: row => row.Key);
        using FineTunedModel model = await desk.Builder().Build().FitAsync(images);
        return Desk.Check(model.Predict(await File.ReadAllBytesAsync(desk.Image("blue"))).ClassName == "blue", $"{images.Count} rows");
    }

    public static Task<string> Pixels(Desk desk)
    {
        byte[] frame = [.. Enumerable.Repeat<byte[]>([0x22, 0x22, 0xB2, 0xFF], 48 * 64).SelectMany(pixel => pixel)]; // a wide row, BGRA
        using FineTunedModel model = FineTunedModel.Load(desk["model"]);
        Prediction prediction = model.Predict(RgbImage.FromPixels(frame, 48, 48, stride: 4 * 64, PixelFormat.Bgra));
        return Task.FromResult(Desk.Check(prediction.ClassName == "red", prediction.ClassName));
    }

    public static async Task<string> AnotherDecoder(Desk desk)
    {
        using (FineTunedModel model = await desk.Builder(epochs: 2).UseImageSharp().Build().FitAsync(desk.Train))
            model.Save(desk["imagesharp"]);
        using FineTunedModel loaded = FineTunedModel.Load(desk["imagesharp"], new ModelLoadOptions { Decoder = new ImageSharpDecoder() });
        using Image<Rgba32> image = Image.Load<Rgba32>(desk.Image("green"));
        Prediction fromPixels = loaded.Predict(image);
        return Desk.Check(
            fromPixels.ClassName == loaded.Predict(desk.Image("green")).ClassName,
            "the same class from a file and from an Image"
        );
    }

    public static Task<string> Groups(Desk desk)
    {
        (ImageDataset train, ImageDataset validation) = desk.Train.HoldOut(0.2, minimumPerClass: 1, group: image => image.Name[..^5]);
        HashSet<string> both = [.. train.Select(image => image.Name[..^5])];
        both.IntersectWith(validation.Select(image => image.Name[..^5]));
        return Task.FromResult(Desk.Check(both.Count == 0 && validation.Count > 0, $"{validation.Count} images held out"));
    }

    private sealed record Row(string Species, string Key)
    {
        public Task<Stream> OpenAsync(CancellationToken cancellationToken) =>
            Task.FromResult<Stream>(File.OpenRead(Key)).WaitAsync(cancellationToken);
    }
}
