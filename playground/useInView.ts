/** Whether an element has been scrolled into view. */
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** False until half of the element has been seen, then true. */
export const useInView = (element: RefObject<Element | null>): boolean => {
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    if (element.current === null) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        setSeen(true)
        observer.disconnect()
      },
      { threshold: 0.5 },
    )
    observer.observe(element.current)
    return () => {
      observer.disconnect()
    }
  }, [])
  return seen
}
