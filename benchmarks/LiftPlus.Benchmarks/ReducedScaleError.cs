using System.Text.Json.Nodes;
using LiftPlus.Data;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Measures the error of reduced-scale decoding: the same crops of the same files, decoded whole and reduced, after the resize.
/// </summary>
internal static class ReducedScaleError
{
    private const int CropsEach = 5;

    public static void Measure(JsonObject figures, string key, ImageDataset dataset, int size, CancellationToken cancellationToken)
    {
        SkiaImageDecoder whole = new();
        SkiaImageDecoder reduced = new(reducedScale: true);
        var crop = new MinimalistCrop(size);
        double sum = 0;
        double squares = 0;
        long values = 0;
        int largest = 0;
        for (int i = 0; i < dataset.Count * CropsEach; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[] expected = Read(whole, i);
            byte[] got = Read(reduced, i);
            for (int v = 0; v < got.Length; v++)
            {
                int difference = Math.Abs(expected[v] - got[v]);
                sum += difference;
                squares += (double)difference * difference;
                largest = Math.Max(largest, difference);
            }

            values += got.Length;
        }

        figures[$"reducedMeanDifference{key}"] = Math.Round(sum / values, 2);
        figures[$"reducedLargestDifference{key}"] = largest;
        figures[$"reducedPsnr{key}"] = squares == 0 ? null : Math.Round(10 * Math.Log10(255.0 * 255 * values / squares), 1);

        byte[] Read(SkiaImageDecoder decoder, int i)
        {
            var context = new TransformContext(new StreamRandom(0, 0, i), 0);
            using RgbImage part = decoder.Decode(
                dataset[i % dataset.Count].Source,
                size => crop.ChooseBox(size.Width, size.Height, context),
                crop.OutputSize
            );
            using RgbImage view = crop.Finish(part, context);
            return view.ToPacked();
        }
    }
}
