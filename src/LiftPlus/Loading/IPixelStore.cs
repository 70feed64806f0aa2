namespace LiftPlus.Data;

/// <summary>Keeps packed pixels and loads them by the position that saving returned. Thread-safe.</summary>
internal interface IPixelStore : IDisposable
{
    long Save(byte[] packed);

    RgbImage Load(long place, int width, int height);
}
