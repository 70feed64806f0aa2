using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Data;

/// <summary>Keeps pixels in a file that is deleted when this is disposed or the process ends.</summary>
internal sealed class FilePixelStore : IPixelStore
{
    private readonly SafeFileHandle _file;
    private long _end;

    public FilePixelStore(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, $"liftplus-pixels-{Guid.NewGuid():N}.tmp");
            _file = File.OpenHandle(
                path,
                FileMode.CreateNew,
                FileAccess.ReadWrite,
                FileShare.None,
                FileOptions.DeleteOnClose | FileOptions.RandomAccess
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new LiftPlusException(
                $"The cache of decoded images cannot be created in '{folder}': {e.Message.TrimEnd('.')}. "
                    + "Choose a folder that can be written to, or leave it out to keep them in memory.",
                e
            );
        }
    }

    public long Save(byte[] packed)
    {
        long place = Interlocked.Add(ref _end, packed.Length) - packed.Length;
        RandomAccess.Write(_file, packed, place);
        return place;
    }

    public RgbImage Load(long place, int width, int height)
    {
        int length = 3 * width * height;
        byte[] packed = PixelBuffer.Pool.Rent(length);
        try
        {
            for (int read = 0; read < length; )
            {
                int more = RandomAccess.Read(_file, packed.AsSpan(read, length - read), place + read);
                read += more > 0 ? more : throw new EndOfStreamException("The cache's file ends early.");
            }

            return RgbImage.FromPixels(packed.AsSpan(0, length), width, height);
        }
        finally
        {
            PixelBuffer.Pool.Return(packed);
        }
    }

    public void Dispose() => _file.Dispose();
}
