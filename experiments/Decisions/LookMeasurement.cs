namespace LiftPlus.Experiments.Decisions;

/// <summary>
/// Plays the pointing game (arXiv 1608.00507): does the place where a map is largest lie on the thing that is drawn? And measures the share
/// of what speaks for the class that lies on it (arXiv 1910.01279).
/// </summary>
internal static class LookMeasurement
{
    /// <param name="name">What the images are.</param>
    /// <param name="model">The model.</param>
    /// <param name="images">Images, each with the pixels that its thing covers, row after row.</param>
    public static IReadOnlyList<Row> Measure(string name, FineTunedModel model, IReadOnlyList<(ImageSource Image, bool[] Mask)> images)
    {
        List<double> hits = [],
            anywhere = [],
            middle = [],
            inside = [],
            area = [];
        foreach ((ImageSource image, bool[] mask) in images)
        {
            SaliencyMap map = model.Explain(image);
            bool[] isOnThing = [.. Enumerable.Range(0, map.Values.Length).Select(place => mask[Centre(map, place)])];
            int[] inMiddle = [.. Enumerable.Range(0, isOnThing.Length).Where(place => IsMiddle(map, place))];
            hits.Add(Percent(isOnThing[map.Values.IndexOf(map.Values.Max())]));
            anywhere.Add(isOnThing.Average(Percent));
            middle.Add(inMiddle.Average(place => Percent(isOnThing[place])));
            float[] pixels = map.ToImage();
            int[] seen = [.. Enumerable.Range(0, pixels.Length).Where(pixel => IsIn(map, pixel))];
            double positive = seen.Sum(pixel => Math.Max(0, (double)pixels[pixel]));
            inside.Add(
                positive > 0 ? 100 * seen.Where(pixel => mask[pixel]).Sum(pixel => Math.Max(0, (double)pixels[pixel])) / positive : 0
            );
            area.Add(seen.Average(pixel => Percent(mask[pixel])));
        }

        return
        [
            new Row("where it looked", $"pointing game, {name}", "map", "hits %", hits.Average()),
            new Row("where it looked", $"pointing game, {name}", "any place", "hits %", anywhere.Average()),
            new Row("where it looked", $"pointing game, {name}", "a place in the middle", "hits %", middle.Average()),
            new Row("where it looked", $"share on the thing, {name}", "map", "share %", inside.Average()),
            new Row("where it looked", $"share on the thing, {name}", "any pixel", "share %", area.Average()),
        ];
    }

    // The pixel in the middle of a place.
    private static int Centre(SaliencyMap map, int place)
    {
        int x = map.Region.Left + (int)((place % map.Columns + 0.5) * map.Region.Width / map.Columns),
            y = map.Region.Top + (int)((place / map.Columns + 0.5) * map.Region.Height / map.Rows);
        return y * map.ImageSize.Width + x;
    }

    private static bool IsMiddle(SaliencyMap map, int place) =>
        Math.Abs(place % map.Columns - (map.Columns - 1) / 2.0) < 1 && Math.Abs(place / map.Columns - (map.Rows - 1) / 2.0) < 1;

    private static bool IsIn(SaliencyMap map, int pixel)
    {
        int x = pixel % map.ImageSize.Width - map.Region.Left,
            y = pixel / map.ImageSize.Width - map.Region.Top;
        return x >= 0 && y >= 0 && x < map.Region.Width && y < map.Region.Height;
    }

    private static double Percent(bool isSo) => isSo ? 100 : 0;
}
